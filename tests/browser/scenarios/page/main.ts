// The page of the scenarios: one gallery of <CachedImage>, told by its HTML what to show, and `window.page`,
// by which a test asks what a person would see and does what an application would do.
import { sourcesOf } from './sources.ts';

import { configure, imageCache, prefetchManager } from 'image-cache';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';

import { gallery } from './gallery.ts';
import type { PagePicture, PageSetup } from './setup.ts';

export interface PictureState {
  alt: string;
  /** The URL that it shows; empty until there is one. */
  src: string;
  /** Every one it has had. */
  sources: string[];
  /** Loaded, decoded, not broken. */
  isVisible: boolean;
  loads: number;
  errors: number;
  /** What onCacheStatus said, in order. */
  statuses: string[];
}

export interface PageApi {
  imageCache: typeof imageCache;
  prefetchManager: typeof prefetchManager;
  pictures: () => PictureState[];
  /** Renders the gallery again with these, as an application does that has fetched new URLs. */
  show: (pictures: PagePicture[]) => void;
  /** What React had to repair or report. */
  complaints: string[];
}

declare global {
  interface Window {
    page: PageApi;
  }
}

type Told = Pick<PictureState, 'loads' | 'errors' | 'statuses'>;

// Not 150 ms: the machine may be busy, and a picture that had to wait for it would be shown from S3.
configure({ moduleDeadlineMs: 10_000 });

const place = document.getElementById('gallery') as HTMLElement;
const setup = JSON.parse(document.getElementById('setup')?.textContent ?? '') as PageSetup;
const complaints: string[] = [];
const told = new Map<string, Told>();

function toldOf(alt: string): Told {
  const known = told.get(alt) ?? { loads: 0, errors: 0, statuses: [] };
  told.set(alt, known);
  return known;
}

const elementOf = (pictures: PagePicture[]) =>
  gallery(
    { ...setup, pictures },
    {
      onLoad: (alt) => (toldOf(alt).loads += 1),
      onError: (alt) => (toldOf(alt).errors += 1),
      onCacheStatus: (alt, status) => toldOf(alt).statuses.push(status),
    },
  );

const complain = (error: unknown): void => void complaints.push(String(error));
const options = {
  onRecoverableError: complain,
  onUncaughtError: complain,
  onCaughtError: complain,
};

async function start(): Promise<Root> {
  const element = elementOf(setup.pictures);
  if (setup.hydrate !== true) {
    const root = createRoot(place, options);
    root.render(element);
    return root;
  }
  if (setup.hydrateLate === true) await Promise.all([...document.images].map(settled));
  return hydrateRoot(place, element, options);
}

function settled(image: HTMLImageElement): Promise<unknown> | undefined {
  if (image.complete) return undefined;
  return new Promise((resolve) => {
    image.addEventListener('load', resolve);
    image.addEventListener('error', resolve);
  });
}

const root = start();

window.page = {
  imageCache,
  prefetchManager,
  complaints,
  pictures: () =>
    [...document.images].map((image) => ({
      alt: image.alt,
      src: image.currentSrc || image.src,
      sources: sourcesOf(image),
      isVisible: image.complete && image.naturalWidth > 0,
      ...toldOf(image.alt),
    })),
  show: (pictures) => void root.then((there) => there.render(elementOf(pictures))),
};
