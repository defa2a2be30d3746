import { ActorPage } from './actor-page.ts';
import { CacheProcess } from './cache-process.ts';
import { expect, picturesPerActor, startSmallDemo, test } from './demo.ts';
import { watchRequests } from './watch.ts';

test('server down: no picture is missing, and when it is back they are local again', async ({
  page,
}) => {
  const demo = await startSmallDemo();
  const process = CacheProcess.of(demo.cacheDir);
  const first = new ActorPage(page, demo, '0001');
  const second = new ActorPage(page, demo, '0002');
  await first.open();
  await expect(page.getByText('Everything is on the disk').first()).toBeVisible();
  await first.expectCached(picturesPerActor, picturesPerActor);

  // The page still has the manifest: it asks for local files that nobody serves any more.
  process.kill();
  const requests = watchRequests(page, demo.url);
  await second.open();
  await second.expectAllFrom('S3', picturesPerActor);
  const local = requests.filter((url) => url.includes('/api/cache/image?'));
  expect(new Set(local).size).toBe(picturesPerActor);

  // Loaded anew, it has no manifest either.
  await page.reload();
  await second.expectAllFrom('S3', picturesPerActor);
  await expect(page.getByText('The cache server does not answer.').first()).toBeVisible();

  const back = await process.startAgain();
  await second.expectCached(picturesPerActor, picturesPerActor);
  await expect(page.getByText('The cache server does not answer.')).toHaveCount(0);
  await page.getByRole('button', { name: 'Open again' }).click();
  await second.expectAllFrom('Local cache', picturesPerActor);
  expect(await back.stop()).toBe(0);
  await demo.close();
});
