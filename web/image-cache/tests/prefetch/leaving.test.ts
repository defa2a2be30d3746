// What a person looks at and leaves, and what the network allows.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeBrowser } from '../support/fake-browser.js';
import { gate, images, s3, testBed, until } from '../support/setup.js';

const bed = testBed();
let browser = new FakeBrowser();
const never = (): Promise<never> => new Promise(() => undefined);
const actorsAsked = (): string[] => bed.server.prefetches().map(({ actor_id }) => actor_id);

beforeEach(() => {
  browser = new FakeBrowser().install();
});
afterEach(() => {
  browser.leave();
  vi.unstubAllGlobals();
});

describe('an actor that is left', () => {
  it('is aborted for one that is opened, and fetched after it', async () => {
    const { prefetchManager } = bed.make({ prefetch: { batchImages: 2 } });
    const aborted: string[] = [];
    bed.server.onPrefetch = (request) =>
      request.actor_id === '0001' && aborted.length === 0 ? never() : bed.server.download(request);
    bed.server.onAbort = ({ actor_id }) => aborted.push(actor_id);
    const first = prefetchManager.prefetchActor('0001', images('0001', 4));
    await until(() => bed.server.prefetches().length === 2);
    prefetchManager.leaveActor('0001');
    expect(aborted).toEqual([]);
    const second = prefetchManager.prefetchActor('0002', images('0002', 1));
    await until(() => aborted.length === 2);
    expect(await second).toMatchObject({ cached: 1 });
    expect(await first).toMatchObject({ requested: 4, cached: 4, failed: 0 });
  });

  it('is forgotten when its application says so', async () => {
    const { prefetchManager } = bed.make();
    bed.server.onPrefetch = never;
    const left = prefetchManager.prefetchActor('0001', images('0001', 1));
    await until(() => bed.server.prefetches().length === 1);
    prefetchManager.leaveActor('0001', 'abort');
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    expect(prefetchManager.getProgress()).toMatchObject({ cancelled: 1, imagesCancelled: 1 });
  });

  it('is one whose last picture has left the page', async () => {
    const { demand, prefetchManager } = bed.make();
    await prefetchManager.prefetchActor('none', []);
    prefetchManager.pause();
    for (const { s3_url } of images('0001', 2)) demand.ask(s3_url, {});
    await until(() => prefetchManager.getProgress().imagesTotal === 2);
    prefetchManager.startPrefetch([{ id: '0002', images: images('0002', 1) }]);
    const leave = vi.spyOn(prefetchManager, 'leaveActor');
    demand.leave(s3('0001', '0'));
    demand.leave(s3('0001', '1'));
    demand.ask(s3('0001', '1'), {}); // only moved
    await until(() => prefetchManager.getProgress().imagesTotal === 3);
    demand.leave(s3('0001', '1'));
    await until(() => leave.mock.calls.length === 1);
    prefetchManager.resume();
    await until(() => prefetchManager.getProgress().completed === 3);
    expect(actorsAsked()).toEqual(['0002', '0001']);
  });
});

describe('pictures in sight', () => {
  it('are fetched before the others of their actor', async () => {
    const { demand, prefetchManager } = bed.make({ prefetch: { batchImages: 1, maxBatches: 1 } });
    prefetchManager.pause();
    demand.setVisible(s3('0001', '2'), true);
    for (const { s3_url } of images('0001', 4)) demand.ask(s3_url, {});
    await until(() => prefetchManager.getProgress().imagesTotal === 4);
    demand.setVisible(s3('0001', '3'), true);
    demand.setVisible(s3('0001', '2'), false);
    await Promise.resolve();
    prefetchManager.resume();
    await until(() => prefetchManager.getProgress().completed === 1);
    const order = bed.server.prefetches().map((request) => request.images[0]?.s3_url);
    expect(order).toEqual(['3', '0', '1', '2'].map((name) => s3('0001', name)));
  });
});

describe('the network', () => {
  it('that is lost is waited for, and what failed meanwhile is not given up', async () => {
    const { imageCache, prefetchManager } = bed.make({ prefetch: { maxAttempts: 1 } });
    await imageCache.ready();
    const { opened, open } = gate();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    bed.server.onPrefetch = async (request) => {
      await opened;
      return bed.server.download(request);
    };
    const done = prefetchManager.prefetchActor('0001', images('0001', 2));
    await until(() => bed.server.prefetches().length === 1);
    browser.goOffline();
    bed.server.dropConnections();
    await until(() => prefetchManager.getProgress().current === null);
    open();
    browser.goOnline();
    expect(await done).toMatchObject({ requested: 2, failed: 0 });
    expect(bed.server.prefetches()).toHaveLength(2);
    warn.mockRestore();
  });

  it('that is to be spared has only what is open', async () => {
    browser.setConnection({ saveData: true });
    const { prefetchManager } = bed.make();
    prefetchManager.startPrefetch([{ id: '0001', images: images('0001', 1) }]);
    await prefetchManager.prefetchActor('0002', images('0002', 1));
    expect(actorsAsked()).toEqual(['0002']);
    browser.setConnection({ saveData: false });
    await until(() => prefetchManager.getProgress().completed === 2);
  });

  it('that is slow has small batches', async () => {
    browser.setConnection({ effectiveType: '2g' });
    const { prefetchManager } = bed.make({ prefetch: { slowBatchImages: 1 } });
    await prefetchManager.prefetchActor('0001', images('0001', 3));
    expect(bed.server.prefetches().map((request) => request.images.length)).toEqual([1, 1, 1]);
  });

  it('is left to others by a page that nobody looks at', async () => {
    browser.show(false);
    const { prefetchManager } = bed.make();
    prefetchManager.startPrefetch([{ id: '0001', images: images('0001', 1) }], { priority: 'low' });
    await prefetchManager.prefetchActor('0002', images('0002', 1));
    expect(actorsAsked()).toEqual(['0002']);
    browser.show(true);
    await until(() => prefetchManager.getProgress().completed === 2);
  });
});
