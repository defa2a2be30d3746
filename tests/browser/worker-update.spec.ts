// A new release of the application, with a new worker, under a page that is open.
import { expect, test, type Page } from '@playwright/test';

import { buildPage, keptPictures, OfflineSite, served, shownSources } from './offline-site.ts';

test.describe.configure({ timeout: 60_000 });

const release = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.documentElement.dataset['release']);

test('a new worker waits for the old pages to be closed, then serves the new ones', async ({
  page,
}) => {
  const site = await OfflineSite.start();
  const gallery = await site.add(['a', 'b']);
  const address = site.address({ gallery });
  await page.goto(address);
  await served(page);
  await expect.poll(() => keptPictures(page)).toBe(2);

  await buildPage(site.siteDir, 'second');
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await expect
    .poll(() => page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.state))
    .toBe('installed');
  // Online the old worker gives the new page, from the network.
  await page.reload();
  await expect.poll(() => release(page)).toBe('second');

  // When the last page of the old worker is gone, the new one takes its place, sooner or later.
  await expect
    .poll(async () => {
      await page.goto('about:blank');
      await page.goto(address);
      return page.evaluate(async () => (await navigator.serviceWorker.ready).waiting === null);
    })
    .toBe(true);
  await site.stop();
  await page.reload();
  await expect.poll(() => release(page)).toBe('second');
  // What the old one has kept is still there.
  await expect.poll(async () => (await shownSources(page)).filter(Boolean).length).toBe(2);
});
