// The page that is timed: one gallery, its pictures named directly or through CachedImage.
//
// The benchmark sets `window.visit` before any script runs, and reads the times that this page leaves in
// `window.times`. Both kinds of gallery are the same page from the same files; only the element differs.
import { imageCache, prefetchManager } from 'image-cache';
import { CachedImage } from 'image-cache/react';
import type { SyntheticEvent } from 'react';
import { createRoot } from 'react-dom/client';

export interface Visit {
  /** `plain`: <img src>; `cached`: <CachedImage s3_url>. */
  element: 'plain' | 'cached';
  /** When the gallery is shown: with the page, or in a page that is there already, on `openGallery()`. */
  opened: 'with-the-page' | 'later';
  actorId: string;
  pictures: { src: string; filename: string }[];
  /** Without it, five to a row, as wide as the page has room for. */
  tiles?: Tiles;
}

export interface Tiles {
  sidePx: number;
  /** Of `cached`: offered for a place of that side. */
  widths?: number[];
}

/** Milliseconds since the navigation started, or since the gallery was opened later. */
export interface Times {
  openedAt: number;
  loaded: Record<string, number>;
  painted: Record<string, number>;
  /** From being on the page to having an address: milliseconds. */
  waited: Record<string, number>;
  /** The URLs that the pictures were loaded from. */
  sources: Record<string, string>;
}

declare global {
  interface Window {
    visit: Visit;
    times: Times;
    openGallery?: () => void;
    bench: { imageCache: typeof imageCache; prefetchManager: typeof prefetchManager };
  }
}

const { element, opened, actorId, pictures, tiles } = window.visit;
const times: Times = { openedAt: 0, loaded: {}, painted: {}, waited: {}, sources: {} };
window.times = times;
window.bench = { imageCache, prefetchManager };

// Element Timing tells when the frame that holds the picture reached the screen.
new PerformanceObserver((list) => {
  for (const entry of list.getEntries() as (PerformanceEntry & ElementTiming)[]) {
    times.painted[entry.identifier] = entry.renderTime || entry.loadTime;
  }
}).observe({ type: 'element', buffered: true });

// An <img> of <CachedImage> has no address while the module is on its way.
const mountedAt = new Map<Node, number>();
new MutationObserver((records) => {
  const now = performance.now();
  for (const { target, addedNodes } of records) {
    for (const node of [target, ...addedNodes]) {
      if (!(node instanceof HTMLImageElement)) continue;
      if (!mountedAt.has(node)) mountedAt.set(node, now);
      if (node.src !== '') times.waited[node.alt] ??= now - mountedAt.get(node)!;
    }
  }
}).observe(document.getElementById('gallery')!, {
  childList: true,
  subtree: true,
  attributeFilter: ['src'],
});

interface ElementTiming {
  identifier: string;
  renderTime: number;
  loadTime: number;
}

function noteLoad(event: SyntheticEvent<HTMLImageElement>) {
  const image = event.currentTarget;
  times.loaded[image.alt] = performance.now();
  times.sources[image.alt] = image.currentSrc;
}

function Picture({ src, filename }: { src: string; filename: string }) {
  const timing = { elementtiming: filename };
  const offered = tiles?.widths && { widths: tiles.widths, sizes: `${tiles.sidePx}px` };
  return element === 'cached' ? (
    <CachedImage
      {...offered}
      s3_url={src}
      actor_id={actorId}
      filename={filename}
      alt={filename}
      onLoad={noteLoad}
      {...timing}
    />
  ) : (
    <img src={src} alt={filename} onLoad={noteLoad} {...timing} />
  );
}

const place = document.getElementById('gallery')!;
if (tiles) place.style.gridTemplateColumns = `repeat(5, ${tiles.sidePx}px)`;
const root = createRoot(place);

function openGallery() {
  if (opened === 'later') times.openedAt = performance.now();
  root.render(pictures.map((picture) => <Picture key={picture.filename} {...picture} />));
}

if (opened === 'with-the-page') {
  openGallery();
} else {
  window.openGallery = openGallery;
}
