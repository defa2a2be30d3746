// What a page does that cannot be seen on it: which origins it asks, which `src` each picture had
// from its first moment, and how much the page moved.
import type { Page } from '@playwright/test';

/** The URLs that the page asks `origin` for, from now on. */
export function watchRequests(page: Page, origin: string): string[] {
  const urls: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(`${origin}/`)) urls.push(request.url());
  });
  return urls;
}

interface Watched {
  sources: Map<Element, string[]>;
  shift: number;
}

declare global {
  interface Window {
    watched: Watched;
  }
}

/** Before the page's own scripts, at every navigation from now on. */
export async function watchPictures(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watched: Watched = { sources: new Map(), shift: 0 };
    window.watched = watched;
    const note = (node: Node): void => {
      if (!(node instanceof Element)) return;
      for (const image of node.matches('img') ? [node] : node.querySelectorAll('img')) {
        const source = image.getAttribute('src');
        const seen = watched.sources.get(image) ?? [];
        if (source !== null && seen.at(-1) !== source)
          watched.sources.set(image, [...seen, source]);
      }
    };
    new MutationObserver((records) => {
      for (const record of records) {
        if (record.type === 'attributes') note(record.target);
        else record.addedNodes.forEach(note);
      }
    }).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['src'],
    });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[]) {
        if (!entry.hadRecentInput) watched.shift += entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** For each picture of the gallery, every `src` it has had, in order. Without one it asks nobody. */
export function gallerySources(page: Page): Promise<string[][]> {
  return page.evaluate(() =>
    [...window.watched.sources]
      .filter(([image]) => image.closest('.gallery') !== null)
      .map(([, sources]) => sources),
  );
}

/** The cumulative layout shift so far, without what a person caused. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(() => window.watched.shift);
}
