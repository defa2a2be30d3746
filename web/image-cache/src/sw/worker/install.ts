// Puts the worker together. To be called while the worker's script runs for the first time: browsers ignore
// listeners that are added later.
import { registerRoute, setCatchHandler } from 'workbox-routing';
import { Catalog } from './catalog.js';
import { sourcesInSight } from './in-sight.js';
import { ledgerRows } from './ledger-rows.js';
import { installLifecycle } from './lifecycle.js';
import { manifestAnswer } from './manifest-answer.js';
import { keptModule, moduleSource } from './module-file.js';
import { DEFAULT_MAX_BYTES, type ServiceWorkerOptions } from './options.js';
import { PictureStore } from './picture-store.js';
import { Pictures } from './pictures.js';
import { type Asked, pictureUrl, whatIsAsked } from './requests.js';
import { scope } from './scope.js';
import { keepShell } from './shell.js';

/** Kept pictures are answered first; whether they still should be is asked when the gallery stands. */
const FOLLOW_AFTER_MS = 1000;

export function installImageCache(options: ServiceWorkerOptions = {}): void {
  const { wasm, shell, maxBytes = DEFAULT_MAX_BYTES, shellPage = 'index.html' } = options;
  const here = scope.location.href;
  const baseUrl = (options.baseUrl ?? '').replace(/\/+$/, '');
  const apiUrl = new URL(`${baseUrl}/api/cache/`, here).href;
  const wasmUrl = typeof wasm === 'string' || wasm instanceof URL ? new URL(wasm, here).href : '';

  const store = new PictureStore({
    rows: ledgerRows,
    maxBytes,
    keyOf: (localPath) => pictureUrl(apiUrl, localPath),
    pinned: async () => {
      const [sources] = await Promise.all([sourcesInSight(), catalog.start()]);
      return new Set(sources.map(pathOf).filter((path) => path !== null));
    },
  });
  const catalog = new Catalog({
    baseUrl,
    wasm: () => moduleSource(wasm, here),
    removed: (localPaths) => void store.remove(localPaths),
    sweep: async (isKnown) => {
      const localPaths = await store.paths();
      const known = isKnown(localPaths);
      await store.remove(localPaths.filter((_, index) => known[index] !== true));
    },
  });
  const pictures = new Pictures({ apiUrl, catalog, store });

  /** Of an address that a page shows. Null: not cached, as far as the worker knows. */
  function pathOf(url: string): string | null {
    const asked = whatIsAsked({ method: 'GET', destination: 'image', url }, apiUrl);
    if (asked?.kind === 'picture') return asked.localPath;
    return asked?.kind === 'object' ? catalog.lookup(asked.s3Url) : null;
  }

  async function keep(sources: string[]): Promise<void> {
    await catalog.start();
    // The page may have heard of its pictures sooner.
    if (sources.map(pathOf).includes(null)) await catalog.refresh();
    for (const localPath of sources.map(pathOf)) {
      if (localPath !== null) await pictures.keep(localPath);
    }
  }

  /** What is known not to be cached is left to the browser, as if there were no worker. */
  function isOurs(request: Request): Asked | false {
    const asked = whatIsAsked(request, apiUrl);
    if (asked?.kind !== 'object') return asked ?? false;
    if (catalog.isUsable === false || pictures.goesPast(asked.s3Url)) return false;
    return (!catalog.isCurrent || catalog.lookup(asked.s3Url) !== null) && asked;
  }

  registerRoute(
    ({ request }) => isOurs(request),
    async ({ event, request, params }) => {
      const asked = params as unknown as Asked;
      event.waitUntil(later(() => catalog.follow()));
      if (asked.kind === 'manifest') return manifestAnswer(request, catalog);
      if (asked.kind === 'picture') return pictures.byPath(event, request, asked.localPath);
      return pictures.byS3Url(event, request, asked.s3Url);
    },
  );
  if (wasmUrl !== '') {
    registerRoute(
      ({ url }) => url.href === wasmUrl,
      async ({ request }) =>
        fetch(request).catch(async () => (await keptModule(wasmUrl)) ?? Response.error()),
    );
  }
  if (shell !== undefined) keepShell(shell, shellPage);
  setCatchHandler(({ request }) => fetch(request));

  installLifecycle({ wasmUrl, takesOver: options.takeOver ?? shell === undefined, keep });
}

function later(work: () => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => void work().then(resolve), FOLLOW_AFTER_MS);
  });
}
