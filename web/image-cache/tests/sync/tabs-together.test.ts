// Several pages of one browser and one server. Locks are a fake here; the real ones are tested in Chromium.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ImageCacheClient } from '../../src/create-image-cache.js';
import { FakeBrowser } from '../support/fake-browser.js';
import { s3, testBed, until } from '../support/setup.js';

const bed = testBed();
const url = s3('0001', 'a');
const browser = { current: new FakeBrowser() };

beforeEach(() => {
  browser.current = new FakeBrowser().install();
});
afterEach(() => {
  browser.current.leave();
  vi.unstubAllGlobals();
});

async function openTabs(count: number): Promise<ImageCacheClient[]> {
  const tabs = Array.from({ length: count }, () => bed.make());
  for (const { imageCache } of tabs) {
    imageCache.subscribe(() => undefined);
    await imageCache.ready();
  }
  await until(() => bed.server.sockets.count > 0);
  return tabs;
}

const allCached = (tabs: ImageCacheClient[]): boolean =>
  tabs.every(({ imageCache }) => imageCache.peek(url).status === 'cached');

it('have one socket, and all hear what it tells', async () => {
  const tabs = await openTabs(10);
  const heard = vi.fn();
  tabs.at(-1)?.imageCache.onServerEvent(heard);
  bed.server.put(url, '0001');
  bed.server.sockets.send({ type: 'stats', revision: 1 });
  await until(() => allCached(tabs) && heard.mock.calls.length === 1);
  await until(() => bed.server.sockets.count === 1);
});

it('have another socket when the leader is gone, and have missed nothing', async () => {
  const tabs = await openTabs(3);
  bed.server.isSilent = true;
  bed.server.put(url, '0001');
  bed.server.isSilent = false;
  browser.current.locks.breakLock(`image-cache:${bed.server.url}`);
  await until(() => allCached(tabs));
  await until(() => bed.server.sockets.count === 1);
});

it('hear what a leader without a socket has asked for', async () => {
  bed.server.refusesSockets = true;
  const tabs = [bed.make(), bed.make()];
  for (const { imageCache } of tabs) await imageCache.ready();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  bed.server.put(url, '0001');
  await tabs[0]?.imageCache.refresh();
  await until(() => allCached(tabs));
  expect(bed.server.requests('manifest?since')).toHaveLength(1);
  vi.useRealTimers();
});

it('let go of the socket when the page is left, and take it up when it is back', async () => {
  const tabs = await openTabs(1);
  browser.current.leave();
  await until(() => bed.server.sockets.count === 0);
  bed.server.put(url, '0001');
  browser.current.comeBack();
  await until(() => allCached(tabs));
  await until(() => bed.server.sockets.count === 1);
});

it('open another socket when the network is back', async () => {
  const tabs = await openTabs(1);
  const before = bed.server.requests('events').length;
  browser.current.goOnline();
  await until(() => bed.server.requests('events').length > before);
  await until(() => bed.server.sockets.count === 1);
  bed.server.put(url, '0001');
  await until(() => allCached(tabs));
});
