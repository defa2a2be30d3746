// The page that holds a manifest, in one of two ways or through the package. Nothing happens until the
// benchmark asks for it.
import { imageCache } from 'image-cache';

import { type Contestant, inMap, inModule } from './contestants.ts';

declare global {
  interface Window {
    contestants: Record<'module' | 'map', Contestant>;
    imageCache: typeof imageCache;
    /** What is being held: on the window, so that no collection of garbage takes it. */
    held: Awaited<ReturnType<Contestant['take']>>;
  }
}

window.contestants = { module: inModule, map: inMap };
window.imageCache = imageCache;
