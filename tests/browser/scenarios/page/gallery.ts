// The gallery as a React element. Without JSX, since the page in the browser and the test that renders its
// HTML in Node import it as it stands.
import { CachedImage } from 'image-cache/react';
import { createElement, type ReactElement, StrictMode } from 'react';

import type { PageSetup } from './setup.ts';

/** What the pictures of the gallery tell of themselves. */
export interface GalleryEvents {
  onLoad?: (alt: string) => void;
  onError?: (alt: string) => void;
  onCacheStatus?: (alt: string, status: string) => void;
}

export function gallery({ pictures, strict }: PageSetup, events: GalleryEvents = {}): ReactElement {
  const images = pictures.map((picture) =>
    createElement(CachedImage, {
      ...picture,
      key: picture.alt,
      onLoad: () => events.onLoad?.(picture.alt),
      onError: () => events.onError?.(picture.alt),
      onCacheStatus: (status) => events.onCacheStatus?.(picture.alt, status),
    }),
  );
  return createElement(strict === true ? StrictMode : 'div', { children: images });
}
