// The page's one cache. Making it costs nothing and touches nothing: it begins to work when used.
import { createImageCache } from './create-image-cache.js';

export const defaultClient = /* @__PURE__ */ createImageCache();
