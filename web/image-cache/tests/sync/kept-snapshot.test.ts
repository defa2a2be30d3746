// Visits one after another in one browser: what the first leaves in IndexedDB, the next begins with.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ImageCache } from '../../src/cache/image-cache.js';
import type { ImageCacheOptions } from '../../src/options.js';
import { type KeptSnapshot, loadKept, saveKept } from '../../src/sync/kept-snapshot.js';
import { FakeBrowser } from '../support/fake-browser.js';
import { FakeServer } from '../support/fake-server.js';
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

async function visit(options?: ImageCacheOptions): Promise<ImageCache> {
  const { imageCache } = bed.make(options);
  expect(await imageCache.ready()).toBe('ready');
  return imageCache;
}

/** Opens the page, leaves it, and waits until what it knew is kept. */
async function firstVisit(): Promise<KeptSnapshot> {
  await visit();
  await until(() => browser.current.locks.isHeld(`image-cache:${bed.server.url}`));
  return leave();
}

/** Nobody looks any more, what is known is kept, and the page is closed. */
async function leave(key = bed.server.url): Promise<KeptSnapshot> {
  browser.current.show(false);
  const snapshot = await kept(key);
  browser.current.leave();
  return snapshot;
}

async function kept(key = bed.server.url): Promise<KeptSnapshot> {
  await until(async () => (await loadKept(key)) !== undefined);
  return (await loadKept(key)) as KeptSnapshot;
}

const noServer = { fetch: () => new Promise<never>(() => undefined) };

describe('the next visit', () => {
  it('has its addresses before any answer of the server', async () => {
    const path = bed.server.put(url, '0001');
    const { epoch, revision } = await firstVisit();
    expect([epoch, revision]).toEqual([bed.server.epoch, 1]);
    const imageCache = await visit(noServer);
    expect(imageCache.peek(url)).toEqual({ status: 'cached', src: bed.server.imageUrl(path) });
  });

  it('asks only what has changed since', async () => {
    bed.server.put(url, '0001');
    await firstVisit();
    bed.server.remove(url);
    bed.server.put(s3('0001', 'b'), '0001');
    bed.server.seen.length = 0;
    const imageCache = await visit();
    await until(() => imageCache.peek(s3('0001', 'b')).status === 'cached');
    expect(imageCache.peek(url).status).toBe('not-cached');
    expect(bed.server.requests('manifest').map(({ path }) => path)).toEqual([
      `/api/cache/manifest?since=1&epoch=${bed.server.epoch}`,
    ]);
  });

  it('does not take a picture that came later for one that is missing', async () => {
    await firstVisit();
    const path = bed.server.put(url, '0001');
    const imageCache = await visit({ moduleDeadlineMs: 10_000 });
    const seen = new Set<string>();
    await until(() => {
      const found = imageCache.peek(url);
      seen.add(found.status);
      return found.status === 'cached' && found.src === bed.server.imageUrl(path);
    });
    expect(seen).not.toContain('not-cached');
  });

  it('waits for a server that hangs no longer than for the module', async () => {
    await firstVisit();
    // Longer than what was kept and the module take on a busy machine: the time runs from the start on.
    const imageCache = await visit({ ...noServer, moduleDeadlineMs: 2_000 });
    expect(imageCache.peek(url).status).toBe('pending');
    await until(() => imageCache.peek(url).status === 'not-cached');
  });

  it('does not see again what was removed', async () => {
    bed.server.put(url, '0001');
    const imageCache = await visit();
    await until(() => browser.current.locks.isHeld(`image-cache:${bed.server.url}`));
    await imageCache.invalidate(url);
    await leave();
    const next = await visit({ ...noServer, moduleDeadlineMs: 20 });
    await until(() => next.peek(url).status === 'not-cached');
  });

  it('takes the whole manifest when the server has begun another epoch', async () => {
    bed.server.put(url, '0001');
    await firstVisit();
    bed.server.remove(url);
    bed.server.beginEpoch('0000000000000002');
    const imageCache = await visit();
    await until(() => imageCache.peek(url).status === 'not-cached');
  });
});

describe('what was kept', () => {
  it('is refused when it is damaged, and the server is asked', async () => {
    bed.server.put(url, '0001');
    const snapshot = await firstVisit();
    new Uint8Array(snapshot.bytes).fill(0x55, 8);
    await saveKept(bed.server.url, snapshot);
    expect((await visit()).peek(url).status).toBe('cached');
  });

  it('is not waited for when the disk hangs', async () => {
    bed.server.put(url, '0001');
    await firstVisit();
    vi.stubGlobal('indexedDB', { open: () => ({}) }); // never answers
    expect((await visit()).peek(url).status).toBe('cached');
  });

  it.each([
    ['forbidden', { open: () => { throw new DOMException('no', 'SecurityError'); } }], // prettier-ignore
    ['missing', undefined],
  ])('is nothing, and nobody is told, when IndexedDB is %s', async (_, indexedDB) => {
    const warn = vi.spyOn(console, 'warn');
    vi.stubGlobal('indexedDB', indexedDB);
    bed.server.put(url, '0001');
    const imageCache = await visit();
    await until(() => browser.current.locks.isHeld(`image-cache:${bed.server.url}`));
    browser.current.show(false);
    expect(imageCache.peek(url).status).toBe('cached');
    expect((await visit()).peek(url).status).toBe('cached');
    expect(warn).not.toHaveBeenCalled();
  });

  it('is of one server only: the last', async () => {
    bed.server.put(url, '0001');
    await firstVisit();
    const other = await new FakeServer().start();
    await visit({ baseUrl: other.url });
    await until(() => browser.current.locks.isHeld(`image-cache:${other.url}`));
    await leave(other.url);
    expect(await loadKept(bed.server.url)).toBeUndefined();
    await other.stop();
  });

  it('is written by the leading tab, and only when something has changed', async () => {
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    bed.server.put(url, '0001');
    await visit();
    await visit();
    await until(() => browser.current.locks.isHeld(`image-cache:${bed.server.url}`));
    await leave();
    browser.current.comeBack();
    await until(() => browser.current.locks.isHeld(`image-cache:${bed.server.url}`));
    await leave();
    expect(put).toHaveBeenCalledTimes(1);
  });

  it('is written soon after the first change, while somebody looks', async () => {
    bed.server.put(url, '0001');
    await visit();
    expect((await kept()).revision).toBe(1);
  });
});
