import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ledger, type LedgerRow } from '../../src/sw/worker/ledger.js';
import { type LedgerRows, ledgerRows } from '../../src/sw/worker/ledger-rows.js';
import { PictureStore, PICTURES } from '../../src/sw/worker/picture-store.js';
import { FakeCaches } from '../support/fake-caches.js';

let disk: FakeCaches;
let inSight: string[];

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  disk = FakeCaches.install();
  inSight = [];
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const started = (maxBytes: number, rows: LedgerRows = ledgerRows): PictureStore =>
  new PictureStore({
    rows,
    maxBytes,
    keyOf: (path) => `http://localhost/${path}`,
    pinned: () => Promise.resolve(new Set(inSight)),
  });

const picture = (bytes: number): Response =>
  new Response('x'.repeat(bytes), { headers: { 'Content-Type': 'image/jpeg' } });

async function kept(store: PictureStore): Promise<string[]> {
  return (await store.paths()).sort();
}

describe('PictureStore', () => {
  it('gives back what was put, and nothing else', async () => {
    const store = started(1000);
    expect(await store.put('a', picture(10))).toBe(true);
    expect(await (await store.match('a'))?.text()).toBe('x'.repeat(10));
    expect(await store.match('b')).toBeUndefined();
    expect(await store.put('text', new Response('x'))).toBe(false);
  });

  it('removes what was unused for longest, when the limit is reached', async () => {
    const store = started(1000);
    for (const path of ['a', 'b', 'c']) await store.put(path, picture(300));
    await store.match('a');
    await store.has('a'); // the use is noted beside the answer
    expect(await store.put('d', picture(300))).toBe(true);
    expect(await kept(store)).toEqual(['a', 'c', 'd']);
    expect(disk.usedBytes).toBeLessThanOrEqual(1000);
  });

  it('leaves what is in sight, and rather keeps nothing new', async () => {
    const store = started(1000);
    for (const path of ['a', 'b', 'c']) await store.put(path, picture(300));
    inSight = ['a', 'b'];
    await store.put('d', picture(300));
    expect(await kept(store)).toEqual(['a', 'b', 'd']);
    inSight = ['a', 'b', 'd'];
    expect(await store.put('e', picture(300))).toBe(false);
    expect(await kept(store)).toEqual(['a', 'b', 'd']);
  });

  it('keeps nothing that is larger than the limit, and removes nothing for it', async () => {
    const store = started(1000);
    await store.put('a', picture(300));
    expect(await store.put('large', picture(1001))).toBe(false);
    expect(await kept(store)).toEqual(['a']);
  });

  it('takes no more than half of what the browser grants', async () => {
    disk.reportedQuota = 1000;
    const store = started(1_000_000);
    await store.put('a', picture(300));
    await store.put('b', picture(300));
    expect(await kept(store)).toEqual(['b']);
  });

  it('removes a little when the disk is full before that, and keeps the rest', async () => {
    disk.quotaBytes = 1000;
    const store = started(1_000_000);
    for (let i = 0; i < 10; i++) await store.put(`p${i}`, picture(100));
    expect(await store.put('new', picture(100))).toBe(true);
    expect((await kept(store)).length).toBe(10);
    expect(await store.match('p0')).toBeUndefined();
    expect(await store.match('p1')).toBeDefined();
  });

  it('gives up after that, and knows what it has', async () => {
    disk.quotaBytes = 100;
    const store = started(1_000_000);
    await store.put('a', picture(60));
    expect(await store.put('b', picture(200))).toBe(false);
    expect(await store.has('b')).toBe(false);
    expect(await store.put('c', picture(60))).toBe(true);
  });

  it('keeps pictures again when its own database could not be made at first', async () => {
    let isFull = true;
    const all = (): Promise<LedgerRow[]> =>
      isFull ? Promise.reject(new DOMException('full', 'QuotaExceededError')) : ledgerRows.all();
    const store = started(1000, { ...ledgerRows, all });
    expect(await store.put('a', picture(10))).toBe(false);
    isFull = false;
    expect(await store.put('a', picture(10))).toBe(true);
  });

  it('knows, started again, what is kept and how long it was unused', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
    const first = started(1000);
    for (const path of ['a', 'b', 'c']) {
      await first.put(path, picture(300));
      vi.advanceTimersByTime(1);
    }
    await first.match('a');
    await first.has('a');
    await vi.advanceTimersByTimeAsync(5000);
    vi.useRealTimers();
    await vi.waitFor(async () => {
      const rows = await ledgerRows.all();
      expect(rows.find(({ path }) => path === 'a')?.usedAt).toBeGreaterThan(
        rows.find(({ path }) => path === 'c')?.usedAt ?? Infinity,
      );
    });
    const second = started(1000);
    await second.put('d', picture(300));
    expect(await kept(second)).toEqual(['a', 'c', 'd']);
  });

  it('begins anew when nobody has counted what is there', async () => {
    await started(1000).put('a', picture(300));
    vi.stubGlobal('indexedDB', new IDBFactory());
    expect(await kept(started(1000))).toEqual([]);
    expect(disk.usedBytes).toBe(0);
  });

  it('answers hits without IndexedDB, and keeps nothing new', async () => {
    await started(1000).put('a', picture(300));
    const none = (): Promise<never> => Promise.reject(new Error('forbidden'));
    const store = started(1000, { all: none, write: none });
    expect(await store.match('a')).toBeDefined();
    expect(await store.put('b', picture(300))).toBe(false);
    expect([...(await (await disk.open(PICTURES)).keys())].length).toBe(1);
  });
});

describe('Ledger', () => {
  it('sums what it holds, each once', () => {
    const ledger = new Ledger([{ path: 'a', bytes: 5, usedAt: 2 }]);
    ledger.put({ path: 'a', bytes: 7, usedAt: 3 });
    ledger.put({ path: 'b', bytes: 1, usedAt: 4 });
    ledger.remove('c');
    expect([ledger.bytes, ledger.count]).toEqual([8, 2]);
  });

  it('names as many as are asked for, by bytes and by number', () => {
    const rows = ['a', 'b', 'c', 'd'].map((path, usedAt) => ({ path, bytes: 10, usedAt: -usedAt }));
    const ledger = new Ledger(rows);
    expect(ledger.oldest(15, 0, new Set())).toEqual(['d', 'c']);
    expect(ledger.oldest(0, 3, new Set(['c']))).toEqual(['d', 'b', 'a']);
  });
});
