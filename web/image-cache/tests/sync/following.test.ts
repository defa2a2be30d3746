import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ImageCache } from '../../src/cache/image-cache.js';
import type { ImageCacheOptions } from '../../src/options.js';
import { s3, testBed, until } from '../support/setup.js';

const bed = testBed();
const url = s3('0001', 'a');
const other = s3('0001', 'b');

afterEach(() => {
  vi.useRealTimers();
});

/** A page that looks: without a document it follows when somebody subscribes. */
async function openPage(options?: ImageCacheOptions): Promise<ImageCache> {
  const { imageCache } = bed.make(options);
  imageCache.subscribe(() => undefined);
  await imageCache.ready();
  return imageCache;
}

async function openFollowing(): Promise<ImageCache> {
  const imageCache = await openPage();
  await until(() => bed.server.sockets.count === 1);
  return imageCache;
}

const isCached = (imageCache: ImageCache, s3Url: string): boolean =>
  imageCache.peek(s3Url).status === 'cached';

const wholeManifests = (): number =>
  bed.server.requests('manifest').filter(({ path }) => !path.includes('since')).length;
const catchUps = (): number => bed.server.requests('manifest?since').length;

const restart = async (): Promise<void> => {
  const port = Number(new URL(bed.server.url).port);
  await bed.server.stop();
  await bed.server.start(port);
};

describe('a page that follows', () => {
  it('hears of what is cached and removed, and asks nothing', async () => {
    const imageCache = await openFollowing();
    bed.server.put(url, '0001');
    await until(() => isCached(imageCache, url));
    bed.server.put(url, '0001', 'fedcba9876543210');
    await until(() => JSON.stringify(imageCache.peek(url)).includes('fedcba'));
    bed.server.remove(url);
    await until(() => !isCached(imageCache, url));
    expect([wholeManifests(), catchUps()]).toEqual([1, 0]);
  });

  it('asks for what it has missed when there is a gap', async () => {
    const imageCache = await openFollowing();
    bed.server.isSilent = true;
    bed.server.put(url, '0001');
    bed.server.isSilent = false;
    bed.server.put(other, '0001');
    await until(() => isCached(imageCache, url) && isCached(imageCache, other));
    expect([wholeManifests(), catchUps()]).toEqual([1, 1]);
  });

  it('asks when it is told that something was dropped', async () => {
    const imageCache = await openFollowing();
    bed.server.isSilent = true;
    bed.server.put(url, '0001');
    bed.server.sockets.send({ type: 'gap', revision: bed.server.revision });
    await until(() => isCached(imageCache, url));
    expect(wholeManifests()).toBe(1);
  });

  it('catches up with a server that went away and came back', async () => {
    const imageCache = await openFollowing();
    bed.server.isSilent = true;
    bed.server.put(url, '0001');
    await restart();
    await until(() => isCached(imageCache, url));
    await until(() => bed.server.sockets.count === 1);
    expect(wholeManifests()).toBe(1);
  });

  it.each([
    ['of another epoch', () => bed.server.beginEpoch('0000000000000002')],
    ['that has forgotten what was changed', () => (bed.server.forgottenRevision = 1)],
  ])('takes the whole manifest of a server %s', async (_, change) => {
    bed.server.put(other, '0001');
    const imageCache = await openFollowing();
    bed.server.isSilent = true;
    bed.server.remove(other);
    bed.server.put(url, '0001');
    change();
    bed.server.forgottenRevision = bed.server.revision;
    await restart();
    await until(() => isCached(imageCache, url));
    expect(isCached(imageCache, other)).toBe(false);
    expect(wholeManifests()).toBe(2);
  });

  it('hands on what the server tells besides', async () => {
    const imageCache = await openFollowing();
    const heard: unknown[] = [];
    const stop = imageCache.onServerEvent((event) => heard.push(event));
    const stats = { type: 'stats', revision: 0, total_entries: 7 };
    bed.server.sockets.send(stats);
    await until(() => heard.length === 1);
    expect(heard).toEqual([stats]);
    stop();
    bed.server.sockets.send(stats);
    bed.server.put(url, '0001');
    await until(() => isCached(imageCache, url));
    expect(heard).toHaveLength(1);
  });

  it('takes no message for news that is older than its manifest', async () => {
    const imageCache = await openFollowing();
    bed.server.put(url, '0001');
    bed.server.remove(url);
    await until(() => bed.server.revision === 2 && !isCached(imageCache, url));
    await imageCache.refresh();
    bed.server.put(other, '0001');
    const late = { s3_url: url, local_path: '.image-cache/images/0001/0001_0123456789abcdef.jpg' };
    const changes = [{ put: [{ ...late, size_bytes: 1000 }] }];
    bed.server.sockets.send({ type: 'changes', since: 0, revision: 1, changes });
    bed.server.remove(other);
    await until(() => !isCached(imageCache, other));
    await imageCache.refresh();
    expect(isCached(imageCache, url)).toBe(false);
  });
});

describe('without WebSockets', () => {
  it('asks every few seconds', async () => {
    bed.server.refusesSockets = true;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const imageCache = await openPage();
    bed.server.put(url, '0001');
    await until(async () => {
      await vi.advanceTimersByTimeAsync(1000);
      return isCached(imageCache, url);
    });
    expect(wholeManifests()).toBe(1);
    await until(async () => {
      await vi.advanceTimersByTimeAsync(1000);
      return bed.server.requests('events').length > 2; // it goes on trying
    });
  });

  it('asks often while something is prefetched', async () => {
    bed.server.refusesSockets = true;
    const { imageCache, prefetchManager } = bed.make();
    await imageCache.ready();
    let isOver = false;
    bed.server.onPrefetch = async (request) => {
      const items = bed.server.download(request);
      await until(() => isCached(imageCache, url)); // before the answer
      isOver = true;
      return items;
    };
    await prefetchManager.prefetchActor('0001', [{ s3_url: url }]);
    expect(isOver).toBe(true);
  });
});

describe('while the server is away', () => {
  it('backs off, and asks at once when the network is back', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const port = Number(new URL(bed.server.url).port);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    let attempts = 0;
    const imageCache = await openPage({
      fetch: (input, init) => {
        attempts += 1;
        return fetch(input, init);
      },
    });
    await bed.server.stop();
    bed.server.refusesSockets = true;
    await until(async () => {
      await vi.advanceTimersByTimeAsync(1000);
      return attempts > 4;
    });
    const [before, start] = [attempts, performance.now()];
    await until(async () => {
      await vi.advanceTimersByTimeAsync(1000);
      return attempts > before;
    });
    expect(performance.now() - start).toBeGreaterThan(5000);
    await bed.server.start(port);
    bed.server.put(url, '0001');
    await until(async () => {
      await vi.advanceTimersByTimeAsync(1000);
      return isCached(imageCache, url);
    });
  });
});
