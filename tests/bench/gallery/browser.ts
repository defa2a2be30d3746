// A real Chromium, and one visit of a gallery in it.
import { chromium, type Browser, type Page } from 'playwright-core';

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
}

/** Opens `url` as somebody whose browser has nothing stored, and waits until every picture is painted. */
export async function timeVisit(browser: Browser, url: string, visit: Visit): Promise<VisitTimes> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1280 } });
  try {
    const page = await context.newPage();
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
    };
  } finally {
    await context.close();
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

function countOrigins(urls: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const url of urls) {
    const { origin } = new URL(url);
    counts[origin] = (counts[origin] ?? 0) + 1;
  }
  return counts;
}
