// Who waits for an actor's prefetch to end, and what came of its pictures so far.
import type { PrefetchItem } from '../contract.js';

/** What prefetchActor() resolves with, counted in pictures. */
export interface PrefetchActorOutcome {
  actor_id: string;
  requested: number;
  cached: number;
  already_cached: number;
  failed: number;
  bytes: number;
}

interface Waiter {
  urls: Set<string>;
  outcome: PrefetchActorOutcome;
  /** The last word on each picture: an image that failed and is tried again has more than one. */
  items: Map<string, PrefetchItem>;
  resolve: (outcome: PrefetchActorOutcome) => void;
  reject: (reason: unknown) => void;
}

export class Waiters {
  readonly #byActor = new Map<string, Waiter[]>();

  /** `alreadyCached` of `requested` were there before anything was asked for; `urls` are the others. */
  wait(
    actorId: string,
    urls: string[],
    requested: number,
    alreadyCached: number,
  ): Promise<PrefetchActorOutcome> {
    return new Promise((resolve, reject) => {
      const outcome = {
        actor_id: actorId,
        requested,
        cached: 0,
        already_cached: alreadyCached,
        failed: 0,
        bytes: 0,
      };
      const waiter = { urls: new Set(urls), outcome, items: new Map(), resolve, reject };
      this.#byActor.set(actorId, [...(this.#byActor.get(actorId) ?? []), waiter]);
    });
  }

  has(actorId: string): boolean {
    return this.#byActor.has(actorId);
  }

  note(actorId: string, items: PrefetchItem[]): void {
    for (const waiter of this.#byActor.get(actorId) ?? []) {
      for (const item of items) {
        if (waiter.urls.has(item.s3_url)) waiter.items.set(item.s3_url, item);
      }
    }
  }

  /** The actor is done. `isCached` speaks for a picture that another URL of it brought. */
  settle(actorId: string, isCached: (s3Url: string) => boolean): void {
    for (const { urls, items, outcome, resolve } of this.#take(actorId)) {
      for (const url of urls) {
        const item = items.get(url);
        if (item?.status === 'cached') {
          outcome.cached += 1;
          outcome.bytes += item.size_bytes ?? 0;
        } else if (item?.status === 'already_cached' || (!item && isCached(url))) {
          outcome.already_cached += 1;
        } else {
          outcome.failed += 1;
        }
      }
      resolve(outcome);
    }
  }

  /** Without `actorId`: all of them. */
  cancel(actorId?: string): void {
    for (const id of actorId === undefined ? [...this.#byActor.keys()] : [actorId]) {
      const reason = new DOMException(`The prefetch of ${id} was cancelled`, 'AbortError');
      for (const { reject } of this.#take(id)) reject(reason);
    }
  }

  #take(actorId: string): Waiter[] {
    const waiters = this.#byActor.get(actorId) ?? [];
    this.#byActor.delete(actorId);
    return waiters;
  }
}
