import { ActorPage } from './actor-page.ts';
import { expect, picturesPerActor, test } from './demo.ts';

test('cleared: an actor, then everything', async ({ page, demo }) => {
  const actor = new ActorPage(page, demo, '0001');
  await actor.open();
  await expect(page.getByText('Everything is on the disk').first()).toBeVisible();
  await actor.clearCache.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Clear cache' }).click();
  await actor.expectCached(0, picturesPerActor);
  await expect(
    page.getByRole('status').getByText('The cache of Actor 0001 is empty.'),
  ).toBeAttached();
  await expect.poll(() => cachedActors(demo.cacheUrl)).toEqual(['0002', '0003']);

  await page.getByRole('button', { name: 'Clear everything' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Clear everything' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect.poll(() => cachedActors(demo.cacheUrl)).toEqual([]);

  const prefetches = await actor.holdPrefetches();
  await page.getByRole('button', { name: 'Open again' }).click();
  await actor.expectAllFrom('S3', picturesPerActor);
  prefetches.open();
  await actor.expectCached(picturesPerActor, picturesPerActor);
});

test('keeping is the default: Escape and Keep change nothing', async ({ page, demo }) => {
  const actor = new ActorPage(page, demo, '0001');
  await actor.open();
  await actor.expectCached(picturesPerActor, picturesPerActor);
  await actor.clearCache.click();
  await expect(page.getByRole('button', { name: 'Keep' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await actor.clearCache.click();
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await actor.expectCached(picturesPerActor, picturesPerActor);
});

test('deleted: a picture leaves the gallery, the bucket and the cache', async ({ page, demo }) => {
  const actor = new ActorPage(page, demo, '0003');
  await actor.open();
  await actor.expectCached(picturesPerActor, picturesPerActor);
  const before = await cachedUrls(demo.cacheUrl, '0003');
  const first = actor.pictures.first();
  const localUrl = await first.evaluate((image) => (image as HTMLImageElement).src);

  await actor.tiles.first().hover();
  await page.getByRole('button', { name: `Delete Picture 1 of ${picturesPerActor}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete picture' }).click();
  await expect(actor.tiles).toHaveCount(picturesPerActor - 1);
  await actor.expectCached(picturesPerActor - 1, picturesPerActor - 1);

  const after = await cachedUrls(demo.cacheUrl, '0003');
  const deleted = before.filter((url) => !after.includes(url));
  expect(deleted).toHaveLength(1);
  expect((await fetch(deleted[0] ?? '')).status).toBe(404);
  if (localUrl.startsWith(demo.url)) expect((await fetch(localUrl)).status).toBe(404);

  await page.getByRole('button', { name: 'Open again' }).click();
  await actor.expectAllFrom('Local cache', picturesPerActor - 1);
});

async function entriesOf(cacheUrl: string): Promise<{ actor_id: string; s3_url: string }[]> {
  const manifest = (await (await fetch(`${cacheUrl}/manifest`)).json()) as {
    entries: Record<string, { actor_id: string; s3_url: string }>;
  };
  return Object.values(manifest.entries);
}

async function cachedActors(cacheUrl: string): Promise<string[]> {
  return [...new Set((await entriesOf(cacheUrl)).map((entry) => entry.actor_id))].sort();
}

async function cachedUrls(cacheUrl: string, actorId: string): Promise<string[]> {
  const entries = await entriesOf(cacheUrl);
  return entries.filter((entry) => entry.actor_id === actorId).map((entry) => entry.s3_url);
}
