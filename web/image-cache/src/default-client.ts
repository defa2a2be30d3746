// The page's one cache. Making it costs nothing and touches nothing: it begins to work when used, or at
// once in a page that image-cache/vite has built (vite/head-start.ts).
import { createImageCache } from './create-image-cache.js';

declare const __IMAGE_CACHE_HEAD_START__: true | undefined;

export const defaultClient = /* @__PURE__ */ createImageCache();

if (typeof __IMAGE_CACHE_HEAD_START__ !== 'undefined' && typeof document !== 'undefined') {
  void defaultClient.imageCache.ready();
}
