import { ActorPage } from './actor-page.ts';
import { expect, test } from './demo.ts';

test('paused: what waits goes on waiting, until it is resumed', async ({ page, demo }) => {
  demo.setLatency(1000);
  // One actor is looked at, the others wait for it. (The list of all shows a picture of each.)
  await new ActorPage(page, demo, '0001').open();
  const panel = page.getByRole('region', { name: 'Background prefetch' });
  await panel.getByRole('button', { name: 'Pause' }).click();
  await expect(panel.getByRole('status')).toHaveText('Paused');

  // What was running comes to its end, and then nothing runs and nothing is waiting at the server.
  const total = await totalPictures(demo.url);
  await expect.poll(() => runningDownloads(demo.cacheUrl)).toBe(0);
  expect(await entryCount(demo.cacheUrl)).toBeLessThan(total);
  await expect(panel.getByRole('status')).toHaveText('Paused');

  demo.setLatency(0);
  await panel.getByRole('button', { name: 'Resume' }).click();
  await expect(panel.getByRole('status')).toHaveText('Everything is on the disk');
  expect(await entryCount(demo.cacheUrl)).toBe(total);
});

test('progress: the list shows how much of each actor is cached', async ({ page, demo }) => {
  await page.goto(demo.url);
  const panel = page.getByRole('region', { name: 'Background prefetch' });
  await expect(panel.getByRole('status')).toHaveText('Everything is on the disk');
  await expect(panel.getByText('3 of 3')).toBeVisible();
  const cards = page.getByRole('main').getByRole('listitem');
  await expect(cards).toHaveCount(3);
  await expect(cards.getByText('All cached')).toHaveCount(3);
});

async function totalPictures(url: string): Promise<number> {
  const catalog = (await (await fetch(`${url}/demo/actors`)).json()) as {
    actors: { pictures: unknown[] }[];
  };
  return catalog.actors.reduce((sum, actor) => sum + actor.pictures.length, 0);
}

async function stats(cacheUrl: string): Promise<Record<string, number>> {
  return (await (await fetch(`${cacheUrl}/stats`)).json()) as Record<string, number>;
}

async function entryCount(cacheUrl: string): Promise<number> {
  return (await stats(cacheUrl))['total_entries'] ?? Number.NaN;
}

async function runningDownloads(cacheUrl: string): Promise<number> {
  const answer = await stats(cacheUrl);
  return (answer['downloads_running'] ?? 0) + (answer['downloads_waiting'] ?? 0);
}
