// A page that shows pictures of S3 by name: in CachedImages (`gallery`) and in plain tags that know nothing of
// the cache (`plain`). Which, its address says, so that it needs no server to know.
import { configure, imageCache, prefetchManager } from 'image-cache';
import { CachedImage } from 'image-cache/react';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

/** One build differs from another by it. */
declare const RELEASE: string;

export interface Shown {
  gallery?: string[];
  plain?: string[];
}

declare global {
  interface Window {
    cache: { imageCache: typeof imageCache; prefetchManager: typeof prefetchManager };
  }
}

const { gallery = [], plain = [] } = JSON.parse(
  decodeURIComponent(location.hash.slice(1)) || '{}',
) as Shown;

// A busy machine must not turn a local picture into one of S3.
configure({ moduleDeadlineMs: 10_000 });
document.documentElement.dataset['release'] = RELEASE;
window.cache = { imageCache, prefetchManager };

for (const src of plain) {
  const image = new Image();
  image.src = src;
  document.querySelector('#plain')?.append(image);
}
const root = document.querySelector('#gallery');
if (root !== null && gallery.length > 0) {
  createRoot(root).render(
    gallery.map((s3_url) => createElement(CachedImage, { key: s3_url, s3_url, alt: '' })),
  );
}
