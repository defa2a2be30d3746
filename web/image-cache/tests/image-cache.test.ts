import { describe, expect, it, vi } from 'vitest';
import { CacheServerError } from '../src/server/cache-server-error.js';
import { gate, s3, signed, testBed, until } from './support/setup.js';
import { wasmBytes } from './support/wasm-bytes.js';

const bed = testBed();
const url = s3('0001', 'a');

describe('ready and peek', () => {
  it('does nothing before it is used', async () => {
    const { imageCache } = bed.make();
    expect(imageCache.peek(url)).toEqual({ status: 'pending' }); // no document: peek starts nothing
    await new Promise((resolve) => setImmediate(resolve));
    expect(bed.server.seen).toHaveLength(0);
  });

  it('knows after ready() what is cached, signed or not', async () => {
    const path = bed.server.put(url, '0001');
    const { imageCache } = bed.make();
    expect(await imageCache.ready()).toBe('ready');
    const cached = { status: 'cached', src: bed.server.imageUrl(path) };
    expect(imageCache.peek(url)).toEqual(cached);
    expect(imageCache.peek(signed(url, 'abc'))).toEqual(cached);
    expect(imageCache.peek('s3://training/0001/a.jpg')).toEqual(cached);
    const other = s3('0001', 'b');
    expect(imageCache.peek(other)).toEqual({ status: 'not-cached', src: other });
  });

  it('gives the same object until something changes', async () => {
    bed.server.put(url, '0001');
    const { imageCache } = bed.make();
    await imageCache.ready();
    const before = imageCache.peek(url);
    expect(imageCache.peek(url)).toBe(before);
    await imageCache.invalidate(url);
    expect(imageCache.peek(url)).toEqual({ status: 'not-cached', src: url });
  });

  it('finds a name with spaces, plus, accents and emoji', async () => {
    const odd = 'https://s3.amazonaws.com/training/0001/a%20b+%C3%A9%F0%9F%8E%AD.jpg';
    const path = bed.server.put(odd, '0001');
    const { imageCache } = bed.make();
    await imageCache.ready();
    const raw = 's3://training/0001/a b+é🎭.jpg';
    const cached = { status: 'cached', src: bed.server.imageUrl(path) };
    expect(imageCache.peek(odd)).toEqual(cached);
    expect(imageCache.peek(raw)).toEqual(cached);
  });

  it('stops waiting at the deadline and takes up the module when it comes', async () => {
    bed.server.put(url, '0001');
    const { opened, open } = gate();
    bed.server.onManifest = () => opened;
    const { imageCache } = bed.make({ moduleDeadlineMs: 1 });
    const ready = imageCache.ready();
    await until(() => imageCache.peek(url).status !== 'pending');
    expect(imageCache.peek(url)).toEqual({ status: 'not-cached', src: url });
    open();
    await ready;
    expect(imageCache.peek(url).status).toBe('cached');
  });

  it.each([
    ['bytes', () => wasmBytes()],
    ['a compiled module', () => new WebAssembly.Module(wasmBytes())],
  ])('takes the module as %s', async (_, wasm) => {
    expect(await bed.make({ wasm: wasm() }).imageCache.ready()).toBe('ready');
  });

  it('takes the module from an address', async () => {
    const { imageCache } = bed.make({
      wasm: 'http://wasm.test/image_cache.wasm',
      fetch: (input, init) =>
        input === 'http://wasm.test/image_cache.wasm'
          ? Promise.resolve(new Response(wasmBytes()))
          : fetch(input, init),
    });
    expect(await imageCache.ready()).toBe('ready');
  });

  it('leaves to the background what the browser does not compile at once', async () => {
    const tooLarge = new RangeError('WebAssembly.Module is disallowed on the main thread');
    const now = vi.spyOn(WebAssembly, 'Module').mockThrow(tooLarge);
    expect(await bed.make().imageCache.ready()).toBe('ready');
    expect(now).toHaveBeenCalledTimes(1);
  });
});

describe('without its parts', () => {
  it('shows S3 without the module, and warns once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { imageCache, prefetchManager } = bed.make({ wasm: new Uint8Array([0, 1, 2, 3]) });
    expect(await imageCache.ready()).toBe('no-module');
    expect(imageCache.peek(url)).toEqual({ status: 'not-cached', src: url });
    expect(imageCache.peek('s3://bucket/a/b.jpg')).toMatchObject({
      src: 'https://s3.amazonaws.com/bucket/a/b.jpg',
    });
    const outcome = await prefetchManager.prefetchActor('0001', [{ s3_url: url }]);
    expect(outcome).toMatchObject({ requested: 1, failed: 1 });
    expect(bed.server.prefetches()).toHaveLength(0);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('shows S3 without the server, warns once, and finds it when it is back', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const path = bed.server.put(url, '0001');
    const port = Number(new URL(bed.server.url).port);
    const { imageCache } = bed.make();
    await bed.server.stop();
    expect(await imageCache.ready()).toBe('no-server');
    expect(imageCache.peek(url)).toEqual({ status: 'not-cached', src: url });
    expect(await imageCache.refresh()).toBe(false);
    expect(warn).toHaveBeenCalledTimes(1);
    await bed.server.start(port);
    imageCache.subscribe(() => undefined);
    await until(() => imageCache.peek(url).status === 'cached');
    expect(imageCache.peek(url)).toMatchObject({ src: bed.server.imageUrl(path) });
  });
});

describe('changes', () => {
  it('tells subscribers at once after each mutation', async () => {
    bed.server.put(url, '0001');
    bed.server.put(s3('0001', 'b'), '0001');
    bed.server.put(s3('0002', 'c'), '0002');
    bed.server.put(s3('0003', 'd'), '0003');
    const { imageCache } = bed.make();
    await imageCache.ready();
    const listener = vi.fn();
    const unsubscribe = imageCache.subscribe(listener);
    expect(imageCache.actorTotals('0001')).toEqual({ entries: 2, size_bytes: 2000 });

    expect(await imageCache.invalidate(signed(url, 'x'))).toEqual({ removed: true });
    expect(imageCache.actorTotals('0001').entries).toBe(1);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(await imageCache.clearActorCache('0001')).toEqual({ removed: 1, bytes_freed: 1000 });
    expect(imageCache.actorTotals('0001').entries).toBe(0);
    expect(imageCache.actorTotals().entries).toBe(2);
    expect(listener).toHaveBeenCalledTimes(2);
    expect(await imageCache.clearAll()).toEqual({ removed: 2, bytes_freed: 2000 });
    expect(imageCache.actorTotals().entries).toBe(0);
    expect(listener).toHaveBeenCalledTimes(3);

    unsubscribe();
    await imageCache.clearAll();
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('shows what a revalidation has changed when it resolves', async () => {
    bed.server.put(url, '0001');
    bed.server.put(s3('0001', 'b'), '0001');
    const { imageCache } = bed.make();
    await imageCache.ready();
    let newPath = '';
    const report = { checked: 2, unchanged: 0, updated: 1, gone: 1, failed: 0 };
    bed.server.onRevalidate = (actorId) => {
      expect(actorId).toBe('0001');
      newPath = bed.server.put(url, '0001', 'fedcba9876543210');
      bed.server.remove(s3('0001', 'b'));
      return report;
    };
    expect(await imageCache.revalidate('0001')).toEqual(report);
    expect(imageCache.peek(url)).toEqual({
      status: 'cached',
      src: bed.server.imageUrl(newPath),
    });
    expect(imageCache.peek(s3('0001', 'b')).status).toBe('not-cached');
  });

  it('revalidates everything when no actor is named', async () => {
    const { imageCache } = bed.make();
    expect(await imageCache.revalidate()).toMatchObject({ checked: 0 });
    expect(bed.server.requests('revalidate').map(({ body }) => body)).toEqual([{}]);
    bed.server.failWith = 429;
    await expect(imageCache.revalidate()).rejects.toBeInstanceOf(CacheServerError);
  });

  it('does not take a manifest that is older than a removal', async () => {
    bed.server.put(url, '0001');
    const { imageCache } = bed.make();
    await imageCache.ready();
    bed.server.put(s3('0001', 'b'), '0001');
    // The first answer still holds the picture; the invalidation overtakes it on its way.
    let invalidated: Promise<unknown> | undefined;
    const stale = await fetch(`${bed.server.url}/api/cache/manifest`);
    const client = bed.make({
      fetch: async (input, init) => {
        if (!String(input).endsWith('/manifest') || invalidated !== undefined)
          return fetch(input, init);
        invalidated = client.imageCache.invalidate(url);
        await until(() => !bed.server.entries.has(url));
        return stale;
      },
    });
    await client.imageCache.ready();
    await invalidated;
    expect(client.imageCache.peek(url).status).toBe('not-cached');
    expect(client.imageCache.peek(s3('0001', 'b')).status).toBe('cached');
  });

  it('takes what another tab has changed, on refresh()', async () => {
    const { imageCache } = bed.make();
    await imageCache.ready();
    bed.server.put(url, '0001');
    expect(await imageCache.refresh()).toBe(true);
    expect(imageCache.peek(url).status).toBe('cached');
  });

  it('hands on the statistics as the server gives them', async () => {
    expect(await bed.make().imageCache.getStats()).toEqual({
      total_entries: 0,
      total_size_mb: 0.5,
    });
  });

  it('sends the token with what changes something, and throws what the server says', async () => {
    const { imageCache } = bed.make({ token: 'secret' });
    await imageCache.clearAll();
    expect(bed.server.requests('clear-all')[0]?.headers.authorization).toBe('Bearer secret');
    bed.server.failWith = 507;
    const error: unknown = await imageCache.clearAll().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CacheServerError);
    expect(error).toMatchObject({ status: 507, slug: 'internal', message: 'it is internal' });
  });
});
