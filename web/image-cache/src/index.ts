import { defaultClient } from './default-client.js';

export const { imageCache, prefetchManager, configure } = defaultClient;

export { createImageCache, type ImageCacheClient } from './create-image-cache.js';
export { CacheServerError } from './server/cache-server-error.js';
export type { ImageCache } from './cache/image-cache.js';
export type { Peek } from './cache/peek.js';
export type { Availability } from './cache/startup.js';
export type {
  ActorStats,
  CacheStats,
  Cleared,
  PictureRequest,
  Priority,
  Problem,
  Revalidated,
  Totals,
} from './contract.js';
export type { PrefetchProgress } from './module/generated/image_cache.js';
export type { WasmSource } from './module/load-module.js';
export type { ImageCacheOptions, PrefetchSettings } from './options.js';
export type { Actor, LeaveHow } from './prefetch/orders.js';
export type { PrefetchManager } from './prefetch/prefetch-manager.js';
export type { PrefetchActorOutcome } from './prefetch/waiters.js';
