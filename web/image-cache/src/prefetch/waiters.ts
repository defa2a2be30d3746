// Somebody in this tab who waits for an actor's prefetch to end, and what came of the pictures so far.
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

export interface Waiter {
  urls: string[];
  /** The last word on each picture: an image that failed and is tried again has more than one. */
  items: Map<string, PrefetchItem>;
  resolve: (outcome: PrefetchActorOutcome) => void;
  reject: (reason: unknown) => void;
}

/** `isCached` speaks for a picture that was there before, or that another URL of it brought. */
export function endWait(
  { urls, items, resolve, reject }: Waiter,
  actor_id: string,
  end: End,
  isCached: (s3Url: string) => boolean,
): void {
  if (end === 'refused') reject(new TypeError(`"${actor_id}" is not a valid actor id`));
  if (end === 'cancelled')
    reject(new DOMException(`The prefetch of ${actor_id} was cancelled`, 'AbortError'));
  const requested = urls.length;
  const outcome = { actor_id, requested, cached: 0, already_cached: 0, failed: 0, bytes: 0 };
  for (const url of urls) {
    const item = items.get(url);
    outcome[item?.status ?? (isCached(url) ? 'already_cached' : 'failed')] += 1;
    if (item?.status === 'cached') outcome.bytes += item.size_bytes ?? 0;
  }
  resolve(outcome);
}
