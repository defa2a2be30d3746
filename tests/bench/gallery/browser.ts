// A real Chromium, and one visit of a gallery in it.
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

import type { Times, Visit } from './page/gallery.tsx';

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    // Without the network's background traffic; root may not use the sandbox.
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  });
}

export interface VisitTimes {
  /** Milliseconds from the start of the navigation, or from the opening, to the last picture's load event. */
  loadedMs: number;
  /** … and to the frame that shows the last picture. */
  paintedMs: number;
  /** The longest that a picture was on the page without an address. */
  waitedMs: number;
  /** How many of the pictures came from each origin. */
  sources: Record<string, number>;
  /** How many of them a service worker answered. */
  fromWorker: number;
  /** How many were shown in each width that was asked for; 0: as they are. */
  ofWidth: Record<number, number>;
  /** What the pictures took on the wire, heads included. Of the page's own origin. */
  pictureBytes: number;
}

export const newVisitor = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({ viewport: { width: 1280, height: 1280 } });

/** A visit of somebody whose browser has nothing stored. */
export async function timeVisit(browser: Browser, url: string, visit: Visit): Promise<VisitTimes> {
  const visitor = await newVisitor(browser);
  try {
    return await timeReturn(visitor, url, visit);
  } finally {
    await visitor.close();
  }
}

/** Opens `url` in a new tab, and waits until every picture is painted. */
export async function timeReturn(
  visitor: BrowserContext,
  url: string,
  visit: Visit,
): Promise<VisitTimes> {
  const page = await visitor.newPage();
  try {
    await page.addInitScript((value) => {
      window.visit = value;
    }, visit);
    await page.goto(url, { waitUntil: 'commit' });
    if (visit.opened === 'later') await openGallery(page);
    await page.waitForFunction(
      (count) => Object.keys(window.times?.painted ?? {}).length >= count,
      visit.pictures.length,
      { timeout: 120_000 },
    );
    const times: Times = await page.evaluate(() => window.times);
    return {
      loadedMs: Math.max(...Object.values(times.loaded)) - times.openedAt,
      paintedMs: Math.max(...Object.values(times.painted)) - times.openedAt,
      waitedMs: Math.max(...Object.values(times.waited)),
      sources: countOrigins(Object.values(times.sources)),
      fromWorker: await page.evaluate(countWorkerAnswers, Object.values(times.sources)),
      ofWidth: countWidths(Object.values(times.sources)),
      pictureBytes: await page.evaluate(countBytes, Object.values(times.sources)),
    };
  } finally {
    await page.close();
  }
}

/** As a person does it: in a page that has come to rest and knows what is cached. */
async function openGallery(page: Page): Promise<void> {
  await page.waitForFunction(() => window.openGallery !== undefined);
  if (await page.evaluate(() => window.visit.element === 'cached')) {
    await page.evaluate(() => window.bench.imageCache.ready());
  }
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => {
    window.openGallery?.();
  });
}

/** Runs in the page. */
function countWorkerAnswers(urls: string[]): number {
  const answeredByWorker = (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
    .filter(({ workerStart }) => workerStart > 0)
    .map(({ name }) => name);
  return urls.filter((url) => answeredByWorker.includes(url)).length;
}

/** Runs in the page. */
function countBytes(urls: string[]): number {
  return (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
    .filter(({ name }) => urls.includes(name))
    .reduce((sum, { transferSize }) => sum + transferSize, 0);
}

function countWidths(urls: string[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const url of urls) {
    const width = Number(new URL(url).searchParams.get('w'));
    counts[width] = (counts[width] ?? 0) + 1;
  }
  return counts;
}

function countOrigins(urls: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const url of urls) {
    const { origin } = new URL(url);
    counts[origin] = (counts[origin] ?? 0) + 1;
  }
  return counts;
}
