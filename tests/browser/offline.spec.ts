import { expect, test, type Page } from '@playwright/test';

import { keptPictures, OfflineSite, served, shownSources } from './offline-site.ts';

test.describe.configure({ timeout: 60_000 });

let site: OfflineSite;
test.beforeEach(async () => {
  site = await OfflineSite.start();
});
test.afterEach(() => site.stop());

const isLocal = (source: string | null): boolean => source?.includes('/api/cache/image?') === true;

async function expectAllShown(page: Page, count: number): Promise<(string | null)[]> {
  await expect
    .poll(async () => (await shownSources(page)).filter((source) => source !== null).length)
    .toBe(count);
  return shownSources(page);
}

test('a gallery that was seen opens again without any server, its pictures local', async ({
  page,
}) => {
  const gallery = await site.add(['a', 'b', 'c', 'd']);
  await page.goto(site.address({ gallery }));
  await served(page);
  await expectAllShown(page, 4);
  await expect.poll(() => keptPictures(page)).toBe(4);
  // The manifest as well: the page keeps it in IndexedDB.
  await expect.poll(() => keptManifest(page)).toBe(true);

  await site.stop();
  await page.reload();
  const sources = await expectAllShown(page, 4);
  expect(sources.every(isLocal)).toBe(true);

  // A second page, of another window, as well.
  const other = await page.context().newPage();
  await other.goto(site.address({ gallery: gallery.slice(0, 2) }));
  await expectAllShown(other, 2);
});

test('pictures that were prefetched, but never seen, are there without a server', async ({
  page,
}) => {
  const gallery = [
    ...(await site.add(['a', 'b'], 64, false)),
    ...(await site.add(['c'])), // there is nothing to prefetch of it: the server has it
  ];
  await page.goto(site.address({}));
  await served(page);
  await page.evaluate(async (urls) => {
    const images = urls.map((s3_url) => ({ s3_url }));
    await window.cache.prefetchManager.prefetchActor('0001', images);
  }, gallery);
  await expect.poll(() => keptPictures(page)).toBe(3);
  await expect.poll(() => keptManifest(page)).toBe(true);

  await site.stop();
  await page.goto('about:blank');
  await page.goto(site.address({ gallery }));
  expect((await expectAllShown(page, 3)).every(isLocal)).toBe(true);
});

test('plain <img> tags are answered from the cache, by any signature, without S3', async ({
  page,
}) => {
  const plain = await site.add(['a', 'b', 'c']);
  await page.goto(site.address({}));
  await served(page);
  const before = site.s3.gets.length;
  await page.goto('about:blank');
  await page.goto(site.address({ plain }));
  await expectAllShown(page, 3);
  expect(site.s3.gets.slice(before)).toEqual([]);
  await expect.poll(() => keptPictures(page)).toBe(3);

  await site.stop();
  const signed = plain.map((url) => `${url}?X-Amz-Date=20261122T000000Z&X-Amz-Signature=0123abcd`);
  await page.goto('about:blank');
  await page.goto(site.address({ plain: signed }));
  await expectAllShown(page, 3);
});

test('a plain <img> that is not cached is left to the network, and not kept', async ({ page }) => {
  const [cached = ''] = await site.add(['a']);
  const [other = ''] = await site.add(['b'], 64, false);
  await page.goto(site.address({ plain: [cached] }));
  await served(page);
  await page.goto('about:blank');
  await page.goto(site.address({ plain: [cached, other] }));
  await expectAllShown(page, 2);
  await expect.poll(() => keptPictures(page)).toBe(1);
  expect(site.s3.gets.some((target) => target.endsWith('/0001/b.jpg'))).toBe(true);
});

const keptManifest = (page: Page): Promise<boolean> =>
  page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        const opening = indexedDB.open('image-cache', 1);
        opening.onupgradeneeded = () => opening.transaction?.abort();
        opening.onerror = () => {
          resolve(false);
        };
        opening.onsuccess = () => {
          const count = opening.result.transaction('snapshots').objectStore('snapshots').count();
          count.onsuccess = () => {
            resolve(count.result > 0);
          };
          opening.result.close();
        };
      }),
  );
