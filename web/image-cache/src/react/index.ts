'use client';

export { CachedImage, type CachedImageProps } from './cached-image.js';
export { ImageCacheProvider, useImageCacheClient } from './client-context.js';
export { useCachedUrl } from './use-cached-url.js';
export { type ImageCacheState, type UsedImageCache, useImageCache } from './use-image-cache.js';
export { usePrefetchProgress } from './use-prefetch-progress.js';
export type { PictureHints } from '../prefetch/demand.js';
export type { CacheStatus, CacheStatusDetails } from '../cache/cache-status.js';
export type { Retry } from '../cache/picture.js';
