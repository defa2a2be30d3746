// What the service worker keeps, and what it does not keep any longer.
import { expect, test, type Page } from '@playwright/test';

import type { Revalidated } from '../../web/image-cache/src/contract.ts';
import { picture } from '../support/pictures.ts';
import { keptPictures, OfflineSite, served, shownSources } from './offline-site.ts';

test.describe.configure({ timeout: 60_000 });

let site: OfflineSite;
test.afterEach(() => site.stop());

/** The worker is ended, as browsers do with idle ones: the next request starts it anew. */
async function stopWorker(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('ServiceWorker.enable');
  await cdp.send('ServiceWorker.stopAllWorkers');
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto('about:blank'); // another address of the same page alone would load nothing
  await page.goto(address);
}

const widths = (page: Page): Promise<number[]> =>
  page.evaluate(() => [...document.images].map((image) => image.naturalWidth));

const areSettled = (page: Page): Promise<boolean> =>
  page.evaluate(() => [...document.images].every((image) => image.complete));

test('a picture that is deleted leaves the store, while a page follows the server', async ({
  page,
}) => {
  site = await OfflineSite.start();
  const gallery = await site.add(['a', 'b', 'c']);
  await page.goto(site.address({ gallery }));
  await served(page);
  await expect.poll(() => keptPictures(page)).toBe(3);
  await site.server.post('/api/cache/invalidate', { s3_url: gallery[0] });
  await expect.poll(() => keptPictures(page)).toBe(2);
  await site.server.post('/api/cache/clear/0001');
  await expect.poll(() => keptPictures(page)).toBe(0);
});

test('a picture that was deleted while nobody looked is not shown any more', async ({ page }) => {
  site = await OfflineSite.start();
  const plain = await site.add(['a', 'b']);
  await page.goto(site.address({ plain }));
  await served(page);
  await expect.poll(() => keptPictures(page)).toBe(2);
  await page.goto('about:blank');
  await stopWorker(page);
  await site.server.post('/api/cache/invalidate', { s3_url: plain[0] });
  await site.s3.delete('0001/a.jpg');

  await open(page, site.address({ plain }));
  await expect.poll(() => areSettled(page)).toBe(true);
  expect(await widths(page)).toEqual([0, 64]);
  await expect.poll(() => keptPictures(page)).toBe(1);
});

test('a picture that has changed at its origin is shown as it is now', async ({ page }) => {
  site = await OfflineSite.start();
  const plain = await site.add(['a', 'b']);
  await page.goto(site.address({ plain }));
  await served(page);
  await expect.poll(() => keptPictures(page)).toBe(2);
  await site.s3.put('0001/a.jpg', await picture(99, 'jpeg', 32));
  const { updated } = (await site.server.post('/api/cache/revalidate', {})).json() as Revalidated;
  expect(updated).toBe(1);

  // No page follows the server: the worker asks it, but not for every picture.
  await expect
    .poll(async () => {
      await open(page, site.address({ plain }));
      await expect.poll(() => areSettled(page)).toBe(true);
      return widths(page);
    })
    .toEqual([32, 64]);
  await expect.poll(() => keptPictures(page)).toBe(2);
  await site.server.kill();
  await open(page, site.address({ plain }));
  await expect.poll(() => widths(page)).toEqual([32, 64]);
});

test('at the limit those unused for longest leave, but none that is in sight', async ({ page }) => {
  const names = (letter: string): string[] => [0, 1, 2, 3].map((i) => `${letter}${i}`);
  const { length } = await picture(1, 'jpeg', 128);
  // Noise of one size is of nearly one length.
  site = await OfflineSite.start({ maxBytes: 10.5 * length });
  const first = await site.add(names('a'), 128);
  const second = await site.add(names('b'), 128);
  const third = await site.add(names('c'), 128);
  await page.goto(site.address({ gallery: first }));
  await served(page);
  await expect.poll(() => keptPictures(page)).toBe(4);

  const other = await page.context().newPage();
  await other.goto(site.address({ gallery: second }));
  await expect.poll(() => keptPictures(page)).toBe(8);
  await open(other, site.address({ gallery: third }));
  await expect.poll(() => keptOf(page, third)).toBe(4);
  expect(await keptOf(page, first)).toBe(4);
  expect(await keptOf(page, second)).toBeLessThan(4);
  expect(await keptPictures(page)).toBeLessThanOrEqual(10);
});

test('on a full disk a little is removed, not all, and every picture is shown', async ({
  page,
}) => {
  site = await OfflineSite.start();
  const first = await site.add(['a', 'b', 'c', 'd', 'e', 'f'], 256);
  const second = await site.add(['g', 'h'], 256);
  await page.goto(site.address({ gallery: first }));
  await served(page);
  await expect.poll(() => keptPictures(page)).toBe(6);

  // What is used already is all there is, from now on.
  const cdp = await page.context().newCDPSession(page);
  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: site.url, quotaSize: usage });
  await open(page, site.address({ gallery: second }));
  await expect
    .poll(async () => (await shownSources(page)).every((source) => source !== null))
    .toBe(true);
  await expect.poll(() => keptOf(page, first)).toBeLessThan(6);
  expect(await keptOf(page, first)).toBeGreaterThanOrEqual(2);
});

test('without the module pictures of the cache are kept, and all others go their way', async ({
  page,
}) => {
  site = await OfflineSite.start({ shell: false }, /\.wasm$/);
  const [s3Url = ''] = await site.add(['a']);
  const path = (await site.server.manifest()).entries[s3Url]?.local_path ?? '';
  const local = `${site.url}/api/cache/image?path=${encodeURIComponent(path)}`;
  await page.goto(site.address({}));
  await served(page);
  await open(page, site.address({ plain: [local, s3Url] }));
  await expect.poll(() => widths(page)).toEqual([64, 64]);
  expect(site.s3.gets.length).toBeGreaterThan(1); // the page's own request, beside the server's
  await expect.poll(() => keptPictures(page)).toBe(1);
  await site.server.kill();
  expect(
    await page.evaluate(async (url) => (await fetch(url)).headers.get('Content-Type'), local),
  ).toBe('image/jpeg');
});

/** How many of these the worker keeps. */
async function keptOf(page: Page, s3Urls: string[]): Promise<number> {
  const { entries } = await site.server.manifest();
  const paths = s3Urls.map((url) => encodeURIComponent(entries[url]?.local_path ?? ''));
  const kept = await page.evaluate(async () => {
    const cache = await caches.open('image-cache-pictures-v1');
    return (await cache.keys()).map(({ url }) => url);
  });
  return kept.filter((url) => paths.some((path) => url.endsWith(path))).length;
}
