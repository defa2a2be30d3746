// The page in which galleries are mounted and taken away again, as often as the benchmark asks for it.
import { imageCache } from 'image-cache';
import { CachedImage } from 'image-cache/react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';

export interface Mounted {
  /** From the call of render() until React has made every element and run every effect. */
  mountMs: number;
  /** … until the frame that shows them has been laid out. */
  frameMs: number;
  /** How many of the pictures name the cache server, so that nothing else is measured unnoticed. */
  local: number;
}

declare global {
  interface Window {
    ready: () => Promise<unknown>;
    /** What <CachedImage> will show, so that <img> can be given the same. */
    sources: (urls: string[]) => (string | undefined)[];
    mount: (element: 'plain' | 'cached', urls: string[]) => Promise<Mounted>;
  }
}

window.ready = imageCache.ready;
window.sources = (urls) =>
  urls.map((url) => {
    const found = imageCache.peek(url);
    return found.status === 'pending' ? undefined : found.src;
  });

window.mount = async (element, urls) => {
  const place = document.getElementById('gallery')!;
  const root = createRoot(place);
  const pictures = (
    <>
      {urls.map((url) =>
        element === 'cached' ? (
          <CachedImage key={url} s3_url={url} alt="" loading="lazy" />
        ) : (
          <img key={url} src={url} alt="" loading="lazy" />
        ),
      )}
    </>
  );
  const start = performance.now();
  flushSync(() => {
    root.render(pictures);
  });
  const mountMs = performance.now() - start;
  await nextFrame();
  const frameMs = performance.now() - start;
  const local = place.querySelectorAll('img[src*="/api/cache/image"]').length;
  root.unmount();
  await nextFrame();
  return { mountMs, frameMs, local };
};

/** Resolves after the next frame's layout. */
const nextFrame = (): Promise<void> =>
  new Promise((resolve) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        resolve();
      };
      port2.postMessage(undefined);
    }),
  );
