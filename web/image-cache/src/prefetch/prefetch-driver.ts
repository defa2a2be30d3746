// Gives the module's queue what it does not have: a clock, a timer and somebody who downloads. What is
// fetched next, when, and how often it is tried is the queue's alone.
import type { PrefetchItem } from '../contract.js';
import type { PrefetchBatch, PrefetchQueueHandle } from '../module/generated/image_cache.js';
import { resultsOf } from './outcome.js';

export interface DriverParts {
  queue: PrefetchQueueHandle;
  run: (batch: PrefetchBatch, signal: AbortSignal) => Promise<PrefetchItem[]>;
  /** After a batch, when the queue knows of it. */
  finished: (batch: PrefetchBatch, items: PrefetchItem[]) => void;
  /** After everything that may change the queue's progress. */
  changed: () => void;
}

export class PrefetchDriver {
  readonly #parts: DriverParts;
  readonly #running = new Map<number, AbortController>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: DriverParts) {
    this.#parts = parts;
  }

  /** To be called after every change of the queue from outside. */
  step(): void {
    clearTimeout(this.#timer);
    for (;;) {
      const step = this.#parts.queue.next(performance.now());
      if (step.kind === 'start') {
        void this.#run(step.batch);
        continue;
      }
      if (step.kind === 'abort') {
        this.#running.get(step.batchId)?.abort();
        this.#running.delete(step.batchId);
        continue;
      }
      if (step.kind === 'wait') {
        this.#timer = setTimeout(() => {
          this.step();
        }, step.waitMs);
      }
      break;
    }
    this.#parts.changed();
  }

  async #run(batch: PrefetchBatch): Promise<void> {
    const abort = new AbortController();
    this.#running.set(batch.id, abort);
    const items = await this.#parts.run(batch, abort.signal);
    if (!this.#running.delete(batch.id)) return; // aborted
    this.#parts.queue.finish(batch.id, resultsOf(items), performance.now());
    this.#parts.finished(batch, items);
    this.step();
  }
}
