// Several pages of one browser: one queue does the work of all. Locks are a fake here.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ImageCacheClient } from '../../src/create-image-cache.js';
import { FakeBrowser } from '../support/fake-browser.js';
import { gate, images, testBed, until } from '../support/setup.js';

const bed = testBed();
let browser = new FakeBrowser();
const never = (): Promise<never> => new Promise(() => undefined);

beforeEach(() => {
  browser = new FakeBrowser().install();
});
afterEach(() => {
  browser.leave();
  vi.unstubAllGlobals();
});

/** The first of them leads. */
async function openTabs(count: number): Promise<[ImageCacheClient, ...ImageCacheClient[]]> {
  const tabs = Array.from({ length: count }, () => bed.make({ prefetch: { batchImages: 2 } }));
  for (const { imageCache } of tabs) await imageCache.ready();
  return tabs as [ImageCacheClient, ...ImageCacheClient[]];
}
const leaderLock = (): string => `image-cache:${bed.server.url}`;
/** As when the leading tab crashes. */
const breakLeader = (): void => {
  browser.locks.breakLock(leaderLock());
};
/** The lock that a tab holds for as long as it is open. */
const ownLocks = (): string[] =>
  browser.locks.held().filter((name) => name.startsWith(`${leaderLock()}:`));

describe('ten tabs', () => {
  it('make the work of one, and every promise is kept', async () => {
    const tabs = await openTabs(10);
    const outcomes = await Promise.all(
      tabs.map(({ prefetchManager }) => prefetchManager.prefetchActor('0001', images('0001', 6))),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ requested: 6, failed: 0 });
      expect(outcome.cached + outcome.already_cached).toBe(6);
    }
    const asked = bed.server.prefetches().flatMap((request) => request.images);
    expect(asked).toHaveLength(6);
    await until(() =>
      tabs.every(({ prefetchManager }) => prefetchManager.getProgress().imagesCompleted === 6),
    );
  });

  it('are paused and resumed together', async () => {
    const [leader, follower] = await openTabs(2);
    follower?.prefetchManager.pause();
    await until(() => leader.prefetchManager.getProgress().paused);
    const done = leader.prefetchManager.prefetchActor('0001', images('0001', 1));
    expect(bed.server.prefetches()).toHaveLength(0);
    follower?.prefetchManager.resume();
    expect(await done).toMatchObject({ cached: 1 });
  });

  it('lose together what one of them cancels', async () => {
    const [leader, follower] = await openTabs(2);
    bed.server.onPrefetch = never;
    const waiting = [leader, follower].map((tab) =>
      tab?.prefetchManager.prefetchActor('0001', images('0001', 1)),
    );
    await until(() => bed.server.prefetches().length === 1);
    follower?.prefetchManager.cancel();
    for (const { status } of await Promise.allSettled(waiting)) expect(status).toBe('rejected');
    await until(() => leader.prefetchManager.getProgress().cancelled === 1);
  });

  it('hear that an actor id is none', async () => {
    const [, follower] = await openTabs(2);
    await expect(follower?.prefetchManager.prefetchActor('../x', [])).rejects.toThrow(TypeError);
  });
});

describe('when the leading tab dies', () => {
  it('another goes on with what the others have asked for', async () => {
    const [, follower] = await openTabs(3);
    const { opened, open } = gate();
    bed.server.onPrefetch = async (request) => {
      await opened;
      return bed.server.download(request);
    };
    follower?.prefetchManager.pause();
    const done = follower?.prefetchManager.prefetchActor('0001', images('0001', 2));
    follower?.prefetchManager.resume();
    await until(() => bed.server.prefetches().length === 1);
    breakLeader();
    await until(() => bed.server.prefetches().length === 2);
    open();
    expect(await done).toMatchObject({ requested: 2, failed: 0 });
  });

  it('what was paused stays paused', async () => {
    const [leader, follower] = await openTabs(2);
    leader.prefetchManager.pause();
    await until(() => follower?.prefetchManager.getProgress().paused === true);
    breakLeader();
    void follower?.prefetchManager.prefetchActor('0001', images('0001', 1));
    await until(() => follower?.prefetchManager.getProgress().total === 1);
    expect(follower?.prefetchManager.getProgress()).toMatchObject({ paused: true, current: null });
    expect(bed.server.prefetches()).toHaveLength(0);
  });
});

describe('an actor of another tab', () => {
  it('goes behind the others when that tab has been closed', async () => {
    const [leader, follower] = await openTabs(2);
    const own = ownLocks()[1] ?? '';
    leader.prefetchManager.pause();
    void follower?.prefetchManager.prefetchActor('0001', images('0001', 1));
    leader.prefetchManager.startPrefetch([{ id: '0002', images: images('0002', 1) }]);
    await until(() => leader.prefetchManager.getProgress().total === 2);
    browser.locks.breakLock(own);
    await until(() => !browser.locks.isHeld(own));
    leader.prefetchManager.resume();
    await until(() => leader.prefetchManager.getProgress().completed === 2);
    expect(bed.server.prefetches().map(({ actor_id }) => actor_id)).toEqual(['0002', '0001']);
  });

  it('is not left for all when one tab leaves it', async () => {
    const [leader, follower] = await openTabs(2);
    leader.prefetchManager.pause();
    void follower?.prefetchManager.prefetchActor('0001', images('0001', 1));
    await until(() => leader.prefetchManager.getProgress().total === 1);
    void leader.prefetchManager.prefetchActor('0001', images('0001', 1));
    leader.prefetchManager.startPrefetch([{ id: '0002', images: images('0002', 1) }]);
    leader.prefetchManager.leaveActor('0001', 'abort');
    follower?.prefetchManager.resume();
    await until(() => leader.prefetchManager.getProgress().completed === 2);
    expect(bed.server.prefetches()[0]?.actor_id).toBe('0001');
  });
});
