// What the worker's catalog says is not to be kept any more, whoever was awake when it went.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Catalog } from '../../src/sw/worker/catalog.js';
import { loadKept } from '../../src/sync/kept-snapshot.js';
import { tabGroupName } from '../../src/tabs/tab-group.js';
import { FakeBrowser } from '../support/fake-browser.js';
import { gate, s3, testBed, until } from '../support/setup.js';
import { wasmBytes } from '../support/wasm-bytes.js';

const bed = testBed();
let browser: FakeBrowser;

beforeEach(() => {
  browser = new FakeBrowser().install();
});
afterEach(() => {
  browser.leave();
  vi.unstubAllGlobals();
});

/** Of a worker that keeps the pictures of `kept`, and drops what the catalog says. */
function catalogOf(kept: Set<string>): Catalog {
  const remove = (paths: string[]): void => {
    for (const path of paths) kept.delete(path);
  };
  return new Catalog({
    baseUrl: bed.server.url,
    wasm: () => Promise.resolve(wasmBytes()),
    removed: remove,
    sweep: (isKnown) => {
      const paths = [...kept];
      const known = isKnown(paths);
      remove(paths.filter((_, index) => !known[index]));
    },
  });
}

const clear = (actorId: string): Promise<Response> =>
  fetch(`${bed.server.url}/api/cache/clear/${actorId}`, { method: 'POST' });

describe('a picture leaves whose actor was cleared', () => {
  it('while the worker was ended, and the page has kept what is left', async () => {
    const kept = new Set([bed.server.put(s3('0001', 'a'), '0001')]);
    const stays = bed.server.put(s3('0002', 'b'), '0002');
    kept.add(stays);
    await clear('0001');
    await bed.make().imageCache.ready();
    await until(() => browser.locks.isHeld(tabGroupName(bed.server.url)));
    browser.show(false);
    await until(async () => (await loadKept(bed.server.url)) !== undefined);
    browser.leave();

    await catalogOf(kept).start();
    await until(() => kept.size < 2);
    expect([...kept]).toEqual([stays]);
  });

  it('while the worker was being started, with a manifest that is older', async () => {
    const kept = new Set([bed.server.put(s3('0001', 'a'), '0001')]);
    const [asked, answered] = [gate(), gate()];
    vi.stubGlobal('fetch', async (...request: Parameters<typeof fetch>): Promise<Response> => {
      const answer = await realFetch(...request);
      asked.open();
      await answered.opened;
      return answer;
    });
    const catalog = catalogOf(kept);
    const started = catalog.start();
    await asked.opened;
    vi.stubGlobal('fetch', realFetch);
    await clear('0001');
    const page = new BroadcastChannel(tabGroupName(bed.server.url));
    const change = { removed_actor: '0001' };
    const text = JSON.stringify({ type: 'changes', since: 1, revision: 2, changes: [change] });
    page.postMessage({ from: 'page', message: { type: 'server-event', text } });
    page.close();
    await new Promise((resolve) => setTimeout(resolve, 50)); // nobody tells when it was heard
    answered.open();
    await started;
    await until(() => kept.size === 0);
    expect(catalog.lookup(s3('0001', 'a'))).toBeNull();
  });
});

const realFetch = globalThis.fetch;
