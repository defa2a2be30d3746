// React's development build: StrictMode renders and runs every effect twice, and what a server has rendered
// must match what the browser renders.
import { expect, test } from './scenario.ts';

const COUNT = 6;
const EXPIRED_MS = 3_600_000;

test.use({ mode: 'development' });

test('StrictMode: one src each, one prefetch each', async ({ site, openTab }) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT / 2);
  site.write({ strict: true, pictures: await site.pictures(COUNT) });
  const tab = await openTab();
  await tab.knows(COUNT);
  await expect
    .poll(async () => (await tab.pictures()).filter((p) => p.isVisible))
    .toHaveLength(COUNT);
  const pictures = await tab.pictures();
  for (const { sources } of pictures.slice(0, COUNT / 2)) expect(sources).toHaveLength(1);
  for (const { sources, loads, errors } of pictures) {
    expect(errors).toBe(0);
    // Not twice for one src. The event of S3 may still come when src has just turned to the local copy.
    expect(loads).toBeGreaterThan(0);
    expect(loads).toBeLessThanOrEqual(sources.length);
  }
  expect(site.askedByCache).toHaveLength(COUNT);
  expect(tab.console).toEqual([]);
});

test('hydration: what the server has rendered matches, and what is cached turns local', async ({
  site,
  openTab,
}) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  site.write({ hydrate: true, pictures: await site.pictures(COUNT) });
  const tab = await openTab();
  await expect
    .poll(async () => (await tab.pictures()).filter((p) => p.isVisible))
    .toHaveLength(COUNT);
  for (const { errors } of await tab.pictures()) expect(errors).toBe(0);
  expect(await tab.page.evaluate(() => window.page.complaints)).toEqual([]);
  expect(tab.console).toEqual([]);
});

test('hydration: an error before it turns to the local copy, or is told', async ({
  site,
  openTab,
}) => {
  await site.fill(2);
  await site.cachePictures(1);
  const pictures = await site.pictures(2, '0001', EXPIRED_MS);
  site.write({ hydrate: true, hydrateLate: true, pictures });
  const tab = await openTab();
  await tab.shows(1, site.url);
  await expect.poll(async () => (await tab.pictures()).map(({ errors }) => errors)).toEqual([0, 1]);
  expect(await tab.page.evaluate(() => window.page.complaints)).toEqual([]);
});

test('hydration: a picture that has loaded before is told, and not loaded again', async ({
  site,
  openTab,
}) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  site.write({ hydrate: true, hydrateLate: true, pictures: await site.pictures(COUNT) });
  const tab = await openTab();
  await expect
    .poll(async () => (await tab.pictures()).map(({ loads }) => loads))
    .toEqual(Array(COUNT).fill(1));
  for (const { src } of await tab.pictures()) expect(src.startsWith(site.s3.endpoint)).toBe(true);
  expect(site.askedByPages).toHaveLength(COUNT);
});
