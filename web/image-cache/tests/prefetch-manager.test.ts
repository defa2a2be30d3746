import { describe, expect, it, vi } from 'vitest';
import type { PrefetchItem } from '../src/contract.js';
import { gate, images, s3, testBed, until } from './support/setup.js';

const bed = testBed();

describe('startPrefetch', () => {
  it('asks for one actor after the other, each with one request', async () => {
    const { imageCache, prefetchManager } = bed.make();
    const actors = ['0001', '0002', '0003'].map((id) => ({ id, images: images(id, 3) }));
    prefetchManager.startPrefetch(actors);
    await until(() => prefetchManager.getProgress().completed === 3);
    expect(bed.server.prefetches()).toEqual(
      actors.map(({ id, images }) => ({ actor_id: id, images, priority: 'normal', wait: true })),
    );
    expect(prefetchManager.getProgress()).toMatchObject({
      total: 3,
      failed: 0,
      imagesCompleted: 9,
      bytes: 9000,
      current: null,
    });
    expect(imageCache.peek(s3('0002', '1')).status).toBe('cached');
  });

  it('leaves out what is cached already', async () => {
    bed.server.put(s3('0001', '0'), '0001');
    bed.server.put(s3('0002', '0'), '0002');
    const { prefetchManager } = bed.make();
    prefetchManager.startPrefetch([
      { id: '0001', images: images('0001', 2) },
      { id: '0002', images: images('0002', 1) },
    ]);
    await until(() => prefetchManager.getProgress().completed === 2);
    expect(bed.server.prefetches().map((request) => request.images)).toEqual([
      [images('0001', 2)[1]],
    ]);
  });

  it('sends an actor of many pictures in small requests, two at a time', async () => {
    const { prefetchManager } = bed.make({ prefetch: { batchImages: 8 } });
    const { opened, open } = gate();
    bed.server.onPrefetch = async (request) => {
      await opened;
      return bed.server.download(request);
    };
    const done = prefetchManager.prefetchActor('0001', images('0001', 33));
    await until(() => bed.server.prefetches().length === 2);
    expect(prefetchManager.getProgress().imagesCompleted).toBe(0);
    open();
    await done;
    const sizes = bed.server.prefetches().map((request) => request.images.length);
    expect(sizes.toSorted()).toEqual([1, 8, 8, 8, 8]);
  });

  it('gives the same progress object until something changes', async () => {
    const { prefetchManager } = bed.make();
    const before = prefetchManager.getProgress();
    expect(prefetchManager.getProgress()).toBe(before);
    const listener = vi.fn();
    prefetchManager.subscribe(listener);
    prefetchManager.startPrefetch([{ id: '0001', images: images('0001', 1) }]);
    await until(() => prefetchManager.getProgress().completed === 1);
    expect(listener).toHaveBeenCalled();
    expect(prefetchManager.getProgress()).not.toBe(before);
  });
});

describe('prefetchActor', () => {
  it('goes before what waits and resolves when its pictures are there', async () => {
    const { imageCache, prefetchManager } = bed.make();
    const { opened, open } = gate();
    bed.server.onPrefetch = async (request) => {
      if (request.actor_id === '0001') await opened;
      return bed.server.download(request);
    };
    prefetchManager.startPrefetch(['0001', '0002'].map((id) => ({ id, images: images(id, 1) })));
    await until(() => bed.server.prefetches().length === 1);
    const outcome = await prefetchManager.prefetchActor('0009', images('0009', 2));
    expect(outcome).toEqual({
      actor_id: '0009',
      requested: 2,
      cached: 2,
      already_cached: 0,
      failed: 0,
      bytes: 2000,
    });
    expect(imageCache.peek(s3('0009', '1')).status).toBe('cached');
    open();
    await until(() => prefetchManager.getProgress().completed === 3);
    expect(bed.server.prefetches().map(({ actor_id }) => actor_id)).toEqual([
      '0001',
      '0009',
      '0002',
    ]);
  });

  it('resolves at once when all is cached', async () => {
    bed.server.put(s3('0001', '0'), '0001');
    const { prefetchManager } = bed.make();
    const outcome = await prefetchManager.prefetchActor('0001', images('0001', 1));
    expect(outcome).toMatchObject({ requested: 1, already_cached: 1, failed: 0 });
    expect(bed.server.prefetches()).toHaveLength(0);
  });

  it('joins what runs already', async () => {
    const { prefetchManager } = bed.make();
    const { opened, open } = gate();
    bed.server.onPrefetch = async (request) => {
      await opened;
      return bed.server.download(request);
    };
    const both = [1, 2].map(() => prefetchManager.prefetchActor('0001', images('0001', 2)));
    await until(() => bed.server.prefetches().length > 0);
    both.push(prefetchManager.prefetchActor('0001', images('0001', 2)));
    open();
    for (const outcome of await Promise.all(both)) expect(outcome).toMatchObject({ cached: 2 });
    expect(bed.server.prefetches()).toHaveLength(1);
  });

  it('tries again what may pass, not what was refused', async () => {
    const { prefetchManager } = bed.make();
    const failed = (s3_url: string, retryable: boolean): PrefetchItem => ({
      s3_url,
      status: 'failed',
      error: retryable ? 'origin-timeout' : 'origin-not-found',
      retryable,
    });
    let attempt = 0;
    bed.server.onPrefetch = (request) => {
      attempt += 1;
      const items = bed.server.download(request);
      if (attempt > 1) return items;
      return [
        items[0] as PrefetchItem,
        failed(s3('0001', '1'), true),
        failed(s3('0001', '2'), false),
      ];
    };
    const outcome = await prefetchManager.prefetchActor('0001', images('0001', 3));
    expect(outcome).toMatchObject({ requested: 3, failed: 1 });
    expect(outcome.cached + outcome.already_cached).toBe(2);
    expect(bed.server.prefetches().map((request) => request.images.length)).toEqual([3, 1]);
    expect(prefetchManager.getProgress()).toMatchObject({ failed: 1, imagesFailed: 1 });
  });

  it('gives up on a dead server after its attempts, with one warning', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { imageCache, prefetchManager } = bed.make({ prefetch: { maxAttempts: 3 } });
    await imageCache.ready();
    bed.server.failWith = 503;
    const outcome = await prefetchManager.prefetchActor('0001', images('0001', 2));
    expect(outcome).toMatchObject({ requested: 2, cached: 0, failed: 2 });
    expect(bed.server.prefetches()).toHaveLength(3);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('does not insist on what the server refuses for good', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { imageCache, prefetchManager } = bed.make();
    await imageCache.ready();
    bed.server.failWith = 401;
    const outcome = await prefetchManager.prefetchActor('0001', images('0001', 2));
    expect(outcome.failed).toBe(2);
    expect(bed.server.prefetches()).toHaveLength(1);
  });

  it('refuses an actor id that is none', async () => {
    const { prefetchManager } = bed.make();
    await expect(prefetchManager.prefetchActor('../x', images('0001', 1))).rejects.toThrow(
      '"../x" is not a valid actor id',
    );
  });

  it('shows pictures one by one while their batch runs', async () => {
    const { imageCache, prefetchManager } = bed.make();
    const { opened, open } = gate();
    bed.server.onPrefetch = async (request) => {
      bed.server.put(s3('0001', '0'), '0001');
      await opened;
      return bed.server.download(request);
    };
    const done = prefetchManager.prefetchActor('0001', images('0001', 2));
    await until(() => imageCache.peek(s3('0001', '0')).status === 'cached');
    expect(imageCache.peek(s3('0001', '1')).status).toBe('not-cached');
    open();
    await done;
    expect(imageCache.peek(s3('0001', '1')).status).toBe('cached');
  });

  it('does not bring back what was cleared while its batch ran', async () => {
    const { imageCache, prefetchManager } = bed.make();
    const { opened, open } = gate();
    bed.server.onPrefetch = async (request) => {
      const items = bed.server.download(request);
      await opened;
      return items;
    };
    const done = prefetchManager.prefetchActor('0001', images('0001', 2));
    await until(() => imageCache.peek(s3('0001', '0')).status === 'cached');
    await imageCache.clearActorCache('0001');
    open();
    await done;
    expect(imageCache.peek(s3('0001', '0')).status).toBe('not-cached');
  });
});

describe('pause, resume and cancel', () => {
  it('starts nothing while it is paused, even when that was said before the module came', async () => {
    const { imageCache, prefetchManager } = bed.make();
    prefetchManager.pause();
    prefetchManager.startPrefetch([{ id: '0001', images: images('0001', 1) }]);
    await imageCache.ready();
    await until(() => prefetchManager.getProgress().total === 1);
    expect(prefetchManager.getProgress()).toMatchObject({ paused: true, completed: 0 });
    expect(bed.server.prefetches()).toHaveLength(0);
    prefetchManager.resume();
    await until(() => prefetchManager.getProgress().completed === 1);
    expect(prefetchManager.getProgress().paused).toBe(false);
  });

  it('aborts what runs of a cancelled actor and rejects who waits for it', async () => {
    const { prefetchManager } = bed.make();
    bed.server.onPrefetch = async ({ actor_id, ...rest }) => {
      if (actor_id === '0001') await new Promise(() => undefined);
      return bed.server.download({ actor_id, ...rest });
    };
    const first = prefetchManager.prefetchActor('0001', images('0001', 1));
    await until(() => bed.server.prefetches().length === 1);
    const second = prefetchManager.prefetchActor('0002', images('0002', 1));
    prefetchManager.cancel('0001');
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(await second).toMatchObject({ cached: 1 });
    expect(prefetchManager.getProgress()).toMatchObject({ completed: 1, cancelled: 1 });
  });

  it('cancels everything when no actor is named', async () => {
    const { prefetchManager } = bed.make();
    bed.server.onPrefetch = () => new Promise(() => undefined);
    const waiting = ['0001', '0002'].map((id) => prefetchManager.prefetchActor(id, images(id, 1)));
    await until(() => bed.server.prefetches().length === 2);
    prefetchManager.cancel();
    for (const { status } of await Promise.allSettled(waiting)) expect(status).toBe('rejected');
    expect(prefetchManager.getProgress()).toMatchObject({ cancelled: 2, current: null });
  });
});
