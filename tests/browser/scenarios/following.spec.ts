// A page stays in step with its server, whatever happens to either, and begins with what the last visit knew.
import { parsePrometheus } from '../../support/prometheus.ts';
import { expect, test } from './scenario.ts';
import type { Site } from './site.ts';
import type { Tab } from './tab.ts';

const COUNT = 3;

/** How many sockets the server tells its events. */
async function listeners(site: Site): Promise<number | undefined> {
  const { text } = await site.cache.get('/metrics');
  return parsePrometheus(text).get('image_cache_events_listeners')?.samples[0]?.value;
}

const isFollowed = (site: Site): Promise<void> => expect.poll(() => listeners(site)).toBe(1);

const manifestRequests = (tab: Tab): string[] =>
  tab.requests.filter((request) => request.includes('/api/cache/manifest'));

/** Whether the page has written down what it knows. */
const isKept = (tab: Tab): Promise<void> =>
  expect
    .poll(() => tab.page.evaluate(() => localStorage.getItem('image-cache:kept')))
    .not.toBeNull();

test('tabs: one socket for all, and each hears of every change', async ({ site, openTab }) => {
  await site.fill(COUNT);
  site.write({ pictures: [] });
  const tabs = [await openTab(), await openTab(), await openTab(), await openTab()];
  for (const tab of tabs) await tab.page.evaluate(() => window.page.imageCache.ready());
  await isFollowed(site);
  await site.cachePictures(COUNT);
  for (const tab of tabs) await tab.knows(COUNT);
  await isFollowed(site);
});

test('tabs: the leader is closed, and another takes its place', async ({ site, openTab }) => {
  await site.fill(COUNT);
  site.write({ pictures: [] });
  const first = await openTab();
  await first.page.evaluate(() => window.page.imageCache.ready());
  await isFollowed(site);
  const second = await openTab();
  await second.page.evaluate(() => window.page.imageCache.ready());
  await first.page.close();
  await site.cachePictures(COUNT);
  await second.knows(COUNT);
  await isFollowed(site);
});

for (const how of ['stop', 'kill'] as const) {
  test(`server restarted under the page (${how}): it catches up by itself`, async ({
    site,
    openTab,
  }) => {
    await site.fill(COUNT);
    site.write({ pictures: [] });
    const tab = await openTab();
    await tab.page.evaluate(() => window.page.imageCache.ready());
    await isFollowed(site);
    await site.restartCache(how);
    await site.cachePictures(COUNT);
    await tab.knows(COUNT);
    await isFollowed(site);
  });
}

test('WebSockets blocked: the page asks instead', async ({ site, openTab }) => {
  await site.fill(COUNT);
  // Of http: alone; the same address as a WebSocket is another one then.
  site.write({ pictures: [] }, `connect-src ${site.url}`);
  const tab = await openTab();
  await tab.page.evaluate(() => window.page.imageCache.ready());
  await site.cachePictures(COUNT);
  await tab.knows(COUNT);
  expect(await listeners(site)).toBe(0);
  expect(tab.warnings).toEqual([]);
});

test('second visit: local from the first src on, and only what has changed is asked for', async ({
  site,
  openTab,
}) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  site.write({ pictures: await site.pictures(COUNT) });
  const tab = await openTab();
  await tab.shows(COUNT, site.url);
  await isKept(tab);
  await tab.page.close();

  await site.fill(1, '0002');
  await site.cachePictures(1, '0002');
  const again = await openTab();
  for (const { sources } of await again.shows(COUNT, site.url)) expect(sources).toHaveLength(1);
  await again.knows(COUNT + 1);
  expect(manifestRequests(again)[0]).toMatch(/manifest\?since=\d+&epoch=[0-9a-f]{16}$/);
  expect(manifestRequests(again).filter((request) => !request.includes('since'))).toEqual([]);
});

test('second visit: what was removed meanwhile is shown from S3', async ({ site, openTab }) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  site.write({ pictures: await site.pictures(COUNT) });
  const tab = await openTab();
  await tab.shows(COUNT, site.url);
  await isKept(tab);
  await tab.page.close();

  await site.cache.post('/api/cache/clear-all');
  const again = await openTab();
  await expect
    .poll(async () => (await again.pictures()).filter(({ isVisible }) => isVisible))
    .toHaveLength(COUNT);
  for (const { errors } of await again.pictures()) expect(errors).toBe(0);
});
