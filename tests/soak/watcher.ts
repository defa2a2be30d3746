// Looks at the server from outside at regular intervals: what it holds, what it says of itself, what is on the disk.
import { setTimeout as delay } from 'node:timers/promises';

import { processState, type ProcessState } from '../support/process-state.ts';
import { leastDiskUse } from '../torture/watch.ts';
import type { Client } from './client.ts';
import type { Tally } from './tally.ts';
import { Vitals } from './vitals.ts';
import { MAX_SIZE_BYTES } from './world.ts';

export interface Sample extends ProcessState {
  seconds: number;
  operations: number;
  goodAnswers: number;
  diskBytes: number;
  connections: number;
  entries: number;
  /** Of the memory, what the metrics say is kept on purpose, each of it with a bound. */
  keptBytes: number;
  /** Of the descriptors, those of pictures that are kept open for the next request. */
  openImages: number;
}

const kept = [
  'open_images_bytes',
  'change_log_bytes',
  'events_waiting_bytes',
  'unstored_bytes',
  'jobs_running_bytes',
  'jobs_kept_bytes',
];

/** So many samples are enough to judge by, whatever the time. */
const SAMPLES = 360;
const SHORTEST_MS = 400;
const LONGEST_MS = 5_000;

export class Watcher {
  readonly samples: Sample[] = [];
  readonly vitals = new Vitals();
  readonly #client: Client;
  readonly #tally: Tally;
  readonly #intervalMs: number;
  readonly #over = new AbortController();
  readonly #stopped: Promise<void>;

  /** `stop` has to be called. */
  constructor(client: Client, tally: Tally, seconds: number, onSample: (sample: Sample) => void) {
    this.#client = client;
    this.#tally = tally;
    const intervalMs = (seconds * 1000) / SAMPLES;
    this.#intervalMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, intervalMs));
    this.#stopped = this.#run(onSample);
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#stopped;
  }

  async #run(onSample: (sample: Sample) => void): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      try {
        const sample = await this.#look();
        this.samples.push(sample);
        onSample(sample);
      } catch (error) {
        this.#tally.fault(`the watcher: ${String(error)}`);
        if (this.#tally.isHopeless) return;
      }
      await delay(this.#intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<Sample> {
    const { server } = this.#client.world;
    const diskBytes = await leastDiskUse(server.cacheDir);
    if (diskBytes > MAX_SIZE_BYTES) {
      this.#tally.fault(`${diskBytes} bytes on the disk, over --max-size ${MAX_SIZE_BYTES}`);
    }
    for (const fault of this.vitals.read((await this.#client.ask('/metrics', [200])).text)) {
      this.#tally.fault(fault);
    }
    return {
      seconds: this.#tally.seconds,
      operations: this.#tally.operations,
      goodAnswers: this.#tally.goodAnswers,
      ...(await processState(server.pid)),
      diskBytes,
      connections: this.vitals.value('http_connections'),
      entries: this.vitals.value('entries'),
      openImages: this.vitals.value('open_images'),
      keptBytes: kept.reduce((sum, name) => sum + this.vitals.value(name), 0),
    };
  }
}
