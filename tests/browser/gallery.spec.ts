import type { Locator } from '@playwright/test';

import { ActorPage } from './actor-page.ts';
import { expect, picturesPerActor, test } from './demo.ts';
import { gallerySources, layoutShift, watchPictures, watchRequests } from './watch.ts';

const isLocal = (source: string): boolean => source.startsWith('/api/cache/image?');

test('cold: the pictures come from S3 and are then brought to the cache, each once', async ({
  page,
  demo,
}) => {
  const fromS3 = watchRequests(page, demo.s3Url);
  const before = await objectGets(demo.url);
  await watchPictures(page);
  const actor = new ActorPage(page, demo, '0001');
  const prefetches = await actor.holdPrefetches();
  await actor.open();
  await actor.expectAllFrom('S3', picturesPerActor);
  prefetches.open();
  await actor.expectCached(picturesPerActor, picturesPerActor);
  expect(await layoutShift(page)).toBeLessThan(0.01);

  // The page asked once for each picture that it showed, and so did the cache server: nobody twice.
  expect(new Set(fromS3).size).toBe(fromS3.length);
  await expect(page.getByText('Everything is on the disk').first()).toBeVisible();
  const { entries } = await manifest(demo.cacheUrl);
  const pagesOwn = new Set(fromS3.map((url) => new URL(url).pathname)).size;
  expect((await objectGets(demo.url)) - before).toBe(pagesOwn + Object.keys(entries).length);
});

test('cached: local from the first render, nothing asked of S3, nothing moves', async ({
  page,
  demo,
}) => {
  const actor = new ActorPage(page, demo, '0001');
  await actor.open();
  await actor.expectCached(picturesPerActor, picturesPerActor);

  const fromS3 = watchRequests(page, demo.s3Url);
  await watchPictures(page);
  // The page's clock stands still, and with it the time after which a picture that still waits for
  // the module is shown from S3: this machine may be busy.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 1000);
  await page.reload();
  await actor.expectAllFrom('Local cache', picturesPerActor);
  const sources = await gallerySources(page);
  expect(sources).toHaveLength(picturesPerActor);
  for (const each of sources) {
    expect(each).toHaveLength(1);
    expect(isLocal(each[0] ?? '')).toBe(true);
  }
  expect(fromS3.filter((url) => url.includes('/0001/'))).toEqual([]);
  expect(await layoutShift(page)).toBeLessThan(0.01);
});

test('tiles show smaller pictures, and the opened one is shown as it is', async ({
  page,
  demo,
}) => {
  const actor = new ActorPage(page, demo, '0001');
  await actor.open();
  await actor.expectCached(picturesPerActor, picturesPerActor);
  await page.getByRole('button', { name: 'Open again' }).click();
  await actor.expectAllFrom('Local cache', picturesPerActor);
  const shown = (image: Locator) => image.evaluate((each) => (each as HTMLImageElement).currentSrc);
  for (const tile of await actor.pictures.all()) expect(await shown(tile)).toMatch(/&w=256$/);

  await actor.pictures.first().click();
  const opened = page.getByRole('dialog').getByRole('img', { name: 'Picture 1' });
  await expect.poll(() => shown(opened)).toContain('/api/cache/image?path=');
  expect(await shown(opened)).not.toContain('&w=');
  await expect(page.getByRole('dialog').getByText('Local cache')).toBeVisible();
});

test('with and without: the switch shows both times, and the cache is faster', async ({
  page,
  demo,
}) => {
  const actor = new ActorPage(page, demo, '0001');
  await actor.open();
  await actor.expectCached(picturesPerActor, picturesPerActor);
  await page.getByRole('button', { name: 'Open again' }).click();
  await actor.expectAllFrom('Local cache', picturesPerActor);

  demo.setLatency(2000); // more than anything that keeps this machine busy
  const fromS3 = watchRequests(page, demo.s3Url);
  await page.getByRole('radio', { name: 'Without' }).check();
  await actor.expectAllFrom('S3', picturesPerActor);
  expect(fromS3.filter((url) => url.includes('/0001/'))).toHaveLength(picturesPerActor);

  const times = page.getByRole('region', { name: 'Time to the last picture' });
  await expect(times.getByText(`${picturesPerActor} pictures from the local cache`)).toBeVisible();
  await expect(times.getByText(`${picturesPerActor} pictures from S3`)).toBeVisible();
  const verdict = await times.getByText(/× faster/).textContent();
  expect(Number.parseFloat(verdict ?? '')).toBeGreaterThan(1);

  const recorded = (await page.evaluate(() =>
    JSON.parse(localStorage.getItem('actor-maker.timings') ?? '{}'),
  )) as Record<string, { without: { ms: number } }>;
  expect(recorded['0001']?.without.ms).toBeGreaterThanOrEqual(2000);
});

test('a picture whose local file is gone is shown from S3', async ({ page, demo }) => {
  const actor = new ActorPage(page, demo, '0001');
  await actor.open();
  await actor.expectCached(picturesPerActor, picturesPerActor);
  // The page's manifest still names the files: the server answers 404 for them.
  await page.route('**/api/cache/image?*', (route) => route.fulfill({ status: 404, body: '' }));
  await page.reload();
  await actor.expectAllFrom('S3', picturesPerActor);
});

async function manifest(cacheUrl: string): Promise<{ entries: Record<string, unknown> }> {
  return (await (await fetch(`${cacheUrl}/manifest`)).json()) as {
    entries: Record<string, unknown>;
  };
}

async function objectGets(url: string): Promise<number> {
  const answer = (await (await fetch(`${url}/demo/latency`)).json()) as { object_gets: number };
  return answer.object_gets;
}
