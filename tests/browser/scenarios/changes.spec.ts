// What happens at the server reaches every page that is open, also when the server was away meanwhile.
import { expect, test } from './scenario.ts';

const COUNT = 4;

test('picture changed at the origin: every tab shows the new one', async ({ site, openTab }) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  site.write({ pictures: await site.pictures(COUNT) });
  const tabs = [await openTab(), await openTab()];
  const shown = await Promise.all(tabs.map((tab) => tab.shows(COUNT, site.url)));
  const [changed, ...others] = shown[0]!.map(({ src }) => src);

  await site.put('0001/0.jpg', 1000);
  const report = await tabs[1]!.page.evaluate(() => window.page.imageCache.revalidate('0001'));
  expect(report).toMatchObject({ checked: COUNT, unchanged: COUNT - 1, updated: 1, failed: 0 });
  for (const tab of tabs) {
    await expect.poll(async () => (await tab.pictures())[0]?.src).not.toBe(changed);
    const [first, ...rest] = await tab.shows(COUNT, site.url);
    expect(first?.sources).toEqual([changed, first?.src]);
    expect(rest.map(({ src }) => src)).toEqual(others);
  }
  expect(site.askedByPages).toEqual([]);
});

for (const how of ['stop', 'kill'] as const) {
  test(`server restarted (${how}): pages follow it again`, async ({ site, openTab }) => {
    await site.fill(COUNT);
    await site.cachePictures(COUNT);
    site.write({ pictures: await site.pictures(COUNT) });
    const tabs = [await openTab(), await openTab()];
    for (const tab of tabs) await tab.knows(COUNT);

    await site.restartCache(how);
    await site.fill(COUNT, '0002');
    await site.cachePictures(COUNT, '0002');
    for (const tab of tabs) await tab.knows(2 * COUNT);

    await site.cache.post('/api/cache/clear/0001');
    for (const tab of tabs) await tab.knows(COUNT);
  });
}

test('WebSockets blocked: the page asks for what has changed', async ({ site, openTab }) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  const policy = `default-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' data:; connect-src ${site.url}`;
  site.write({ pictures: await site.pictures(COUNT) }, policy);
  const tab = await openTab();
  await tab.shows(COUNT, site.url);
  await site.fill(1, '0002');
  await site.cachePictures(1, '0002');
  await tab.knows(COUNT + 1);
  expect(tab.asked('GET', '/api/cache/manifest?since=').length).toBeGreaterThan(0);
  expect(await site.openSockets()).toBe(0);
});

test('server down: a page shows every picture from S3, and follows the server when it is back', async ({
  site,
  openTab,
}) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  site.write({ pictures: [] });
  const tab = await openTab();
  await tab.page.evaluate(() => window.page.imageCache.ready());
  await tab.knows(COUNT);
  await site.cache.kill();
  const pictures = await site.pictures(COUNT);
  await tab.page.evaluate((shown) => {
    window.page.show(shown);
  }, pictures);
  await tab.shows(COUNT, site.s3.endpoint);
  for (const { errors } of await tab.pictures()) expect(errors).toBe(0);

  await site.startCacheAgain();
  await site.fill(1, '0002');
  await site.cachePictures(1, '0002');
  await tab.knows(COUNT + 1);
  const other = await openTab();
  await other.page.evaluate((shown) => {
    window.page.show(shown);
  }, pictures);
  await other.shows(COUNT, site.url);
});
