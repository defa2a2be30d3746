// Prefetching as an application asks for it. Order, retries and pauses are decided by the module's queue.
//
// What is asked for before the module is there is done, in the same order, when it is; without a module
// nothing is prefetched, and whoever waits for an actor is told that its pictures failed.
import { Emitter } from '../cache/emitter.js';
import type { LocalManifest } from '../cache/local-manifest.js';
import type { ManifestSync } from '../cache/manifest-sync.js';
import type { Startup } from '../cache/startup.js';
import type { Warn } from '../cache/warn-once.js';
import type { PictureRequest, Priority } from '../contract.js';
import type { PrefetchProgress, PrefetchQueueHandle } from '../module/generated/image_cache.js';
import type { Settings } from '../options.js';
import type { CacheServer } from '../server/cache-server.js';
import type { Feed } from '../sync/feed.js';
import { runBatch } from './batch-runner.js';
import { PrefetchDriver } from './prefetch-driver.js';
import { type PrefetchActorOutcome, Waiters } from './waiters.js';

export interface Actor {
  id: string;
  images: PictureRequest[];
}

export interface PrefetchManagerParts {
  settings: Settings;
  server: CacheServer;
  local: LocalManifest;
  sync: ManifestSync;
  feed: Feed;
  startup: Startup;
  warn: Warn;
}

interface Engine {
  queue: PrefetchQueueHandle;
  driver: PrefetchDriver;
}

const NOTHING: PrefetchProgress = {
  total: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  imagesTotal: 0,
  imagesCompleted: 0,
  imagesFailed: 0,
  imagesSkipped: 0,
  imagesCancelled: 0,
  bytes: 0,
  current: null,
  paused: false,
  bytesPerSecond: 0,
  msLeft: 0,
};

export class PrefetchManager {
  readonly #parts: PrefetchManagerParts;
  readonly #changed = new Emitter();
  readonly #waiters = new Waiters();
  #engine: Engine | undefined;
  #whenReady: ((engine: Engine | undefined) => void)[] = [];
  #progress = NOTHING;

  constructor(parts: PrefetchManagerParts) {
    this.#parts = parts;
  }

  /** Queues whole actors. One that waits already gains the pictures it lacks and is never demoted. */
  readonly startPrefetch = (actors: Actor[], options: { priority?: Priority } = {}): void => {
    const { priority = 'normal' } = options;
    this.#do((engine) => {
      for (const { id, images } of actors)
        engine?.queue.enqueue(id, this.#missing(images), priority);
    });
  };

  /** High priority, to the front. Resolves when every picture is cached or has failed for good, retries
   *  included; rejects with an AbortError when it is cancelled, with a TypeError for a bad actor id. */
  readonly prefetchActor = (
    actorId: string,
    images: PictureRequest[],
  ): Promise<PrefetchActorOutcome> =>
    new Promise((resolve, reject) => {
      this.#do((engine) => {
        const missing = this.#missing(images);
        const urls = missing.map(({ s3_url }) => s3_url);
        const alreadyCached = images.length - missing.length;
        if (engine !== undefined && engine.queue.enqueue(actorId, missing, 'high') < 0) {
          reject(new TypeError(`"${actorId}" is not a valid actor id`));
          return;
        }
        this.#waiters.wait(actorId, urls, images.length, alreadyCached).then(resolve, reject);
        if (!engine?.queue.isBusyWith(actorId)) this.#settle(actorId);
      });
    });

  /** In actors; the same object until something changes. */
  readonly getProgress = (): PrefetchProgress => this.#progress;

  /** Calls `listener` after every change of the progress. Returns how to stop that. */
  readonly subscribe = (listener: () => void): (() => void) => this.#changed.subscribe(listener);

  /** What runs goes on; nothing new is started. */
  readonly pause = (): void => {
    this.#do((engine) => engine?.queue.pause());
  };

  readonly resume = (): void => {
    this.#do((engine) => engine?.queue.resume());
  };

  /** Drops one actor, or all, and aborts what runs of it. */
  readonly cancel = (actorId?: string): void => {
    if (this.#engine === undefined && this.#whenReady.length === 0) return;
    this.#do((engine) => {
      if (actorId === undefined) engine?.queue.cancelAll();
      else engine?.queue.cancel(actorId);
      this.#waiters.cancel(actorId);
    });
  };

  // Runs at once when the module is there, otherwise when it has come, or failed to.
  #do(command: (engine: Engine | undefined) => void): void {
    if (this.#engine !== undefined) {
      command(this.#engine);
      this.#engine.driver.step();
      return;
    }
    this.#whenReady.push(command);
    if (this.#whenReady.length > 1) return;
    void this.#parts.startup.start().then(() => {
      this.#engine = this.#makeEngine();
      const commands = this.#whenReady;
      this.#whenReady = [];
      for (const run of commands) run(this.#engine);
      this.#engine?.driver.step();
    });
  }

  #makeEngine(): Engine | undefined {
    const { local, settings } = this.#parts;
    if (local.view === undefined) return undefined;
    const queue = new local.view.module.PrefetchQueue(local.view.handle, settings.prefetch);
    const driver = new PrefetchDriver({
      queue,
      run: (batch, signal) => runBatch(this.#parts, batch, signal),
      finished: ({ actorId }, items) => {
        this.#waiters.note(actorId, items);
        if (this.#waiters.has(actorId) && !queue.isBusyWith(actorId)) this.#settle(actorId);
      },
      changed: () => {
        this.#progress = queue.progress();
        this.#changed.emit();
      },
    });
    return { queue, driver };
  }

  #settle(actorId: string): void {
    this.#waiters.settle(actorId, (s3Url) => this.#parts.local.isCached(s3Url));
  }

  #missing(images: PictureRequest[]): { s3_url: string; filename: string }[] {
    return images
      .filter(({ s3_url }) => !this.#parts.local.isCached(s3_url))
      .map(({ s3_url, filename }) => ({ s3_url, filename: filename ?? '' }));
  }
}
