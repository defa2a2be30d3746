// With the service worker: a gallery that was seen opens again with the server and S3 dead, and a full quota
// takes nothing from anybody.
import { STORAGE_QUOTA_BYTES } from './browsers.ts';
import { expect, test } from './scenario.ts';
import type { Tab } from './tab.ts';

const COUNT = 6;

test.use({ mode: 'with-worker' });

test('offline: a reloaded page and a new tab show every picture', async ({ site, openTab }) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  site.write({ pictures: await site.pictures(COUNT) });
  const tab = await openTab();
  await tab.shows(COUNT, site.url);
  await expect.poll(() => keptPictures(tab)).toBe(COUNT);
  await expect.poll(() => hasKeptManifest(tab)).toBe(true);

  await site.goDown();
  await tab.reload();
  await tab.shows(COUNT, site.url);
  const other = await openTab();
  for (const { errors } of await other.shows(COUNT, site.url)) expect(errors).toBe(0);
});

test('offline: a picture removed at the server is not shown from the worker', async ({
  site,
  openTab,
}) => {
  await site.fill(2);
  await site.cachePictures(2);
  const pictures = await site.pictures(2);
  site.write({ pictures });
  const tab = await openTab();
  await tab.shows(2, site.url);
  await expect.poll(() => keptPictures(tab)).toBe(2);
  await tab.page.evaluate((url) => window.page.imageCache.invalidate(url), pictures[0]!.s3_url);
  await expect.poll(() => keptPictures(tab)).toBe(1);
});

test('quota full: every picture is shown, and kept again when there is room', async ({
  kind,
  site,
  openTab,
}) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  site.write({ pictures: [] });
  const tab = await openTab();
  await tab.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect
    .poll(() => tab.page.evaluate(() => navigator.serviceWorker.controller?.state))
    .toBe('activated');
  if (kind === 'chrome') {
    const cdp = await tab.page.createCDPSession();
    const quota = { origin: site.url, quotaSize: STORAGE_QUOTA_BYTES };
    await cdp.send('Storage.overrideQuotaForOrigin', quota);
  }
  await fillStorage(tab);

  const pictures = await site.pictures(COUNT);
  await tab.page.evaluate((shown) => {
    window.page.show(shown);
  }, pictures);
  for (const { errors } of await tab.shows(COUNT, site.url)) expect(errors).toBe(0);

  // Others: these the browser has in its memory, and the worker would not be asked for them.
  await emptyStorage(tab);
  await site.fill(COUNT, '0002');
  await site.cachePictures(COUNT, '0002');
  await tab.knows(2 * COUNT);
  await tab.page.evaluate(
    (shown) => {
      window.page.show(shown);
    },
    await site.pictures(COUNT, '0002'),
  );
  await expect.poll(() => keptPictures(tab, '0002')).toBe(COUNT);
});

/** To the last byte that the browser grants: in ever smaller pieces. */
const fillStorage = (tab: Tab): Promise<void> =>
  tab.page.evaluate(async () => {
    const filler = await caches.open('filler');
    let pieces = 0;
    for (let bytes = 2 ** 22; bytes >= 2 ** 10;) {
      try {
        await filler.put(`/filler/${pieces}`, new Response(new Uint8Array(bytes)));
        pieces += 1;
      } catch {
        bytes /= 2;
      }
    }
  });

/** One by one: a cache that is deleted as a whole is kept for as long as somebody has it open. */
const emptyStorage = (tab: Tab): Promise<void> =>
  tab.page.evaluate(async () => {
    const filler = await caches.open('filler');
    for (const request of await filler.keys()) await filler.delete(request);
  });

/** How many pictures of an actor the worker keeps. */
const keptPictures = (tab: Tab, actorId = '0001'): Promise<number> =>
  tab.page.evaluate(async (folder) => {
    const cache = await caches.open('image-cache-pictures-v1');
    return (await cache.keys()).filter(({ url }) => url.includes(`${folder}_`)).length;
  }, actorId);

/** The page keeps what it knows, for the next visit. */
const hasKeptManifest = (tab: Tab): Promise<boolean> =>
  tab.page.evaluate(async () => {
    const databases = await indexedDB.databases();
    if (!databases.some(({ name }) => name === 'image-cache')) return false;
    return new Promise<boolean>((resolve, reject) => {
      const opening = indexedDB.open('image-cache');
      opening.onerror = reject;
      opening.onsuccess = () => {
        const database = opening.result;
        const count = database.transaction('snapshots').objectStore('snapshots').count();
        count.onsuccess = () => {
          resolve(count.result > 0);
        };
        count.onerror = reject;
        database.close();
      };
    });
  });
