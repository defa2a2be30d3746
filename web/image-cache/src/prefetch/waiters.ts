// Who waits in this tab for an actor's prefetch to end, and what came of its pictures so far.
import type { PrefetchItem } from '../contract.js';
import type { End } from './orders.js';

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
  urls: string[];
  /** The last word on each picture: an image that failed and is tried again has more than one. */
  items: Map<string, PrefetchItem>;
  resolve: (outcome: PrefetchActorOutcome) => void;
  reject: (reason: unknown) => void;
}

export class Waiters {
  readonly #byActor = new Map<string, Waiter[]>();

  wait(actorId: string, urls: string[]): Promise<PrefetchActorOutcome> {
    return new Promise((resolve, reject) => {
      const waiter = { urls, items: new Map<string, PrefetchItem>(), resolve, reject };
      this.#byActor.set(actorId, [...(this.#byActor.get(actorId) ?? []), waiter]);
    });
  }

  note(actorId: string, items: PrefetchItem[]): void {
    for (const waiter of this.#byActor.get(actorId) ?? [])
      for (const item of items) waiter.items.set(item.s3_url, item);
  }

  /** `isCached` speaks for a picture that was there before, or that another URL of it brought. */
  end(actorId: string, end: End, isCached: (s3Url: string) => boolean): void {
    const waiters = this.#byActor.get(actorId) ?? [];
    this.#byActor.delete(actorId);
    for (const { urls, items, resolve, reject } of waiters) {
      if (end === 'done') resolve(outcomeOf(actorId, urls, items, isCached));
      else if (end === 'refused') reject(new TypeError(`"${actorId}" is not a valid actor id`));
      else reject(new DOMException(`The prefetch of ${actorId} was cancelled`, 'AbortError'));
    }
  }
}

function outcomeOf(
  actor_id: string,
  urls: string[],
  items: Map<string, PrefetchItem>,
  isCached: (s3Url: string) => boolean,
): PrefetchActorOutcome {
  const requested = urls.length;
  const outcome = { actor_id, requested, cached: 0, already_cached: 0, failed: 0, bytes: 0 };
  for (const url of urls) {
    const item = items.get(url);
    outcome[item?.status ?? (isCached(url) ? 'already_cached' : 'failed')] += 1;
    if (item?.status === 'cached') outcome.bytes += item.size_bytes ?? 0;
  }
  return outcome;
}
