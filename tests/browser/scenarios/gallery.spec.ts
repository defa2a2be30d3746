// What a person sees of a gallery that is not cached, is cached, is signed anew, or has expired.
import { expect, test } from './scenario.ts';

const COUNT = 6;
const EXPIRED_MS = 3_600_000;

test('cold: shown from S3, and the server fetches each picture once', async ({ site, openTab }) => {
  await site.fill(COUNT);
  site.write({ pictures: await site.pictures(COUNT) });
  const tab = await openTab();
  await expect
    .poll(async () => (await tab.pictures()).filter((p) => p.isVisible))
    .toHaveLength(COUNT);
  await tab.knows(COUNT);
  expect(site.askedByCache).toHaveLength(COUNT);
  for (const { loads, errors } of await tab.pictures()) {
    expect(loads).toBeGreaterThan(0);
    expect(errors).toBe(0);
  }
  expect(tab.warnings).toEqual([]);
});

test('cached: local from the first src on, and S3 is asked nothing', async ({ site, openTab }) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  site.write({ pictures: await site.pictures(COUNT) });
  const tab = await openTab();
  const pictures = await tab.shows(COUNT, site.url);
  for (const { sources, statuses } of pictures) {
    expect(sources).toHaveLength(1);
    expect(statuses).toEqual(['server']);
  }
  expect(site.askedByPages).toEqual([]);
});

test('signature rotated: the same src, and nobody is asked', async ({ site, openTab }) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  site.write({ pictures: await site.pictures(COUNT) });
  const tab = await openTab();
  const before = await tab.shows(COUNT, site.url);
  const asked = tab.requests.length;

  const renewed = await site.pictures(COUNT, '0001', 60_000);
  await tab.page.evaluate((pictures) => {
    window.page.show(pictures);
  }, renewed);
  // Another picture after them: once it is shown, they have been rendered with their new URLs.
  await site.fill(1, '0002');
  const other = await site.pictures(1, '0002');
  await tab.page.evaluate(
    (pictures) => {
      window.page.show(pictures);
    },
    [...renewed, ...other],
  );
  await expect.poll(async () => (await tab.pictures()).at(-1)?.isVisible).toBe(true);

  const after = await tab.pictures();
  expect(after.slice(0, COUNT)).toEqual(before);
  const pictureRequests = tab.requests.slice(asked).filter((request) => /0001/.test(request));
  expect(pictureRequests).toEqual([]);
});

test('expired URL: a cached picture is shown, another one tells onError', async ({
  site,
  openTab,
}) => {
  await site.fill(2);
  await site.cachePictures(1);
  site.write({ pictures: await site.pictures(2, '0001', EXPIRED_MS) });
  const tab = await openTab();
  await tab.shows(1, site.url);
  await expect.poll(async () => (await tab.pictures()).map(({ errors }) => errors)).toEqual([0, 1]);
  const refused = site.askedByPages.filter(({ refusal }) => refusal !== undefined);
  expect(refused.map(({ target }) => target.split('?')[0])).toEqual(['/training/0001/1.jpg']);
});
