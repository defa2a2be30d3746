import { useSyncExternalStore } from 'react';
import type { PrefetchProgress } from '../module/generated/image_cache.js';
import { useImageCacheClient } from './client-context.js';

/** What prefetchManager.getProgress() says, followed. */
export function usePrefetchProgress(): PrefetchProgress {
  const { subscribe, getProgress } = useImageCacheClient().prefetchManager;
  return useSyncExternalStore(subscribe, getProgress, getProgress);
}
