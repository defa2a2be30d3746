// Ten tabs of one browser: one socket, one queue's work, and every tab knows what any tab knows.
import { expect, test } from './scenario.ts';
import type { Tab } from './tab.ts';

const COUNT = 12;
const TABS = 10;

test('ten tabs: one socket, each picture fetched once, one tab that asks', async ({
  site,
  openTab,
}) => {
  await site.fill(COUNT);
  site.write({ pictures: await site.pictures(COUNT) });
  const tabs: Tab[] = [];
  for (let n = 0; n < TABS; n += 1) tabs.push(await openTab());
  for (const tab of tabs) await tab.knows(COUNT);
  expect(site.askedByCache).toHaveLength(COUNT);
  const batches = tabs.map((tab) => tab.asked('POST', '/api/cache/prefetch').length);
  expect(batches.filter((count) => count > 0)).toHaveLength(1);
  await expect.poll(() => site.openSockets()).toBe(1);

  // All but the last are closed, whichever of them had the socket.
  const last = tabs.pop()!;
  for (const tab of tabs) await tab.page.close();
  await site.fill(1, '0002');
  await site.cachePictures(1, '0002');
  await last.knows(COUNT + 1);
  await expect.poll(() => site.openSockets()).toBe(1);
  expect(last.warnings).toEqual([]);
});
