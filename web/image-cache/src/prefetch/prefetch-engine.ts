// Prefetches for all tabs, in the one that leads. Gives the module's queue what it does not have: a clock, a
// timer, somebody who downloads, and who wants what. What is fetched next, when, and how often it is tried is
// the queue's alone.
import type {
  PrefetchBatch,
  PrefetchProgress,
  PrefetchQueueHandle,
  QueuedActor,
} from '../module/generated/image_cache.js';
import type { TabGroup } from '../tabs/tab-group.js';
import { type BatchRunnerParts, runBatch } from './batch-runner.js';
import { conditions, watchConditions } from './conditions.js';
import type { Actor, End, LeaveHow, News, Order } from './orders.js';
import { resultsOf } from './outcome.js';

export interface EngineParts extends BatchRunnerParts {
  /** The engine's own from now on. */
  queue: PrefetchQueueHandle;
  tabs: TabGroup;
  tell: (news: News) => void;
  /** After everything that may have changed the progress. */
  changed: (progress: PrefetchProgress) => void;
}

/** A tab that wants an actor: its last order, and whether it has the actor open still. */
interface Wish {
  number: number;
  isOpen: boolean;
}

export class PrefetchEngine {
  readonly #parts: EngineParts;
  /** By actor, while anything of it waits or runs; then by tab. */
  readonly #wishes = new Map<string, Map<string, Wish>>();
  readonly #tabs = new Set<string>();
  readonly #running = new Map<number, AbortController>();
  readonly #stopped = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    const heed = (): void => {
      parts.queue.setConditions(conditions());
      this.#step();
    };
    watchConditions(heed, this.#stopped.signal);
    heed();
  }

  /** Another tab leads. */
  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    for (const abort of this.#running.values()) abort.abort();
    this.#running.clear();
    this.#parts.queue.delete();
  }

  describe(limit: number): QueuedActor[] {
    return this.#parts.queue.describe(limit);
  }

  execute(tab: string, order: Order): void {
    const { queue } = this.#parts;
    switch (order.do) {
      case 'enqueue':
        this.#watch(tab);
        for (const actor of order.actors) this.#enqueue(tab, actor, order);
        break;
      case 'visible':
        queue.setVisible(order.actorId, order.urls, order.isVisible);
        break;
      case 'open':
        queue.open(order.actorId);
        break;
      case 'leave':
        this.#leave(tab, order.actorId, order.how);
        break;
      case 'cancel':
        for (const id of order.actorId === undefined ? [...this.#wishes.keys()] : [order.actorId])
          this.#cancel(id);
        break;
      default:
        queue[order.do]();
    }
    this.#step();
  }

  #enqueue(
    tab: string,
    { id, images, visible = [] }: Actor,
    order: Order & { do: 'enqueue' },
  ): void {
    const { queue, local } = this.#parts;
    const given = images.map(({ s3_url, filename = '' }) => ({
      s3_url,
      filename,
      cached: local.isCached(s3_url),
    }));
    const isRefused = queue.enqueue(id, given, order.priority) < 0;
    const wishes = this.#wishes.get(id) ?? new Map<string, Wish>();
    this.#wishes.set(id, wishes.set(tab, { number: order.number, isOpen: true }));
    queue.setVisible(id, visible, true);
    if (isRefused || !queue.isBusyWith(id)) this.#end(id, isRefused ? 'refused' : 'done');
  }

  #leave(tab: string, actorId: string, how: LeaveHow): void {
    const wishes = this.#wishes.get(actorId);
    const wish = wishes?.get(tab);
    if (wishes === undefined || wish === undefined) return;
    wish.isOpen = false;
    if ([...wishes.values()].some(({ isOpen }) => isOpen)) return; // in another tab
    if (how === 'abort') this.#cancel(actorId);
    else this.#parts.queue.leave(actorId);
  }

  #cancel(actorId: string): void {
    this.#parts.queue.cancel(actorId);
    this.#end(actorId, 'cancelled');
  }

  #end(actorId: string, end: End): void {
    const orders = this.#wishes.get(actorId) ?? new Map<string, Wish>();
    this.#wishes.delete(actorId);
    this.#parts.tell({ type: 'prefetch-ended', actorId, end, orders });
  }

  #watch(tab: string): void {
    if (this.#tabs.has(tab)) return;
    this.#tabs.add(tab);
    this.#parts.tabs.whenGone(tab, () => {
      this.#tabs.delete(tab);
      if (this.#stopped.signal.aborted) return;
      for (const actorId of [...this.#wishes.keys()]) this.#leave(tab, actorId, 'demote');
      this.#step();
    });
  }

  #step(): void {
    clearTimeout(this.#timer);
    const { queue } = this.#parts;
    for (;;) {
      const step = queue.next(performance.now());
      if (step.kind === 'start') {
        void this.#run(step.batch);
      } else if (step.kind === 'abort') {
        this.#running.get(step.batchId)?.abort();
        this.#running.delete(step.batchId);
      } else {
        if (step.kind === 'wait')
          this.#timer = setTimeout(() => {
            this.#step();
          }, step.waitMs);
        break;
      }
    }
    this.#parts.changed(queue.progress());
  }

  async #run(batch: PrefetchBatch): Promise<void> {
    const { queue, tell } = this.#parts;
    const abort = new AbortController();
    this.#running.set(batch.id, abort);
    const items = await runBatch(this.#parts, batch, abort.signal);
    if (!this.#running.delete(batch.id)) return; // aborted, or stopped
    queue.finish(batch.id, resultsOf(items), performance.now());
    const { actorId } = batch;
    tell({ type: 'prefetch-items', actorId, items });
    if (!queue.isBusyWith(actorId)) this.#end(actorId, 'done');
    this.#step();
  }
}
