import { ActorPage } from './actor-page.ts';
import { cacheServerPids, expect, picturesPerActor, startSmallDemo, test } from './demo.ts';

test('server down: no picture is missing', async ({ page }) => {
  const others = cacheServerPids();
  const demo = await startSmallDemo();
  const own = cacheServerPids().filter((pid) => !others.includes(pid));
  expect(own).toHaveLength(1);
  const actor = new ActorPage(page, demo, '0001');
  await actor.open();
  await actor.expectCached(picturesPerActor, picturesPerActor);

  own.forEach((pid) => process.kill(pid, 'SIGKILL'));
  await page.reload();
  await actor.expectAllFrom('S3', picturesPerActor);
  await expect(page.getByText('The cache server does not answer.').first()).toBeVisible();

  // Another actor, opened for the first time, is shown as well.
  const second = new ActorPage(page, demo, '0002');
  await second.open();
  await second.expectAllFrom('S3', picturesPerActor);
  await demo.close();
});
