// How many of an actor's pictures are cached right now; follows every change of the cache.
import { imageCache } from 'image-cache';
import { useSyncExternalStore } from 'react';
import type { Actor } from './backend.ts';

export function useCachedCount(actor: Actor): number {
  return useSyncExternalStore(imageCache.subscribe, () => cachedCount(actor));
}

// The page shows what is in the bucket; a copy whose picture is gone from there does not count.
function cachedCount(actor: Actor): number {
  return actor.pictures.filter(({ s3_url }) => imageCache.peek(s3_url).status === 'cached').length;
}
