// A manifest held in the module, and as a JavaScript developer would hold it.
import { loadModule } from '../../../../web/image-cache/dist/module/load-module.js';
import { ManifestView } from '../../../../web/image-cache/dist/module/manifest-view.js';

export interface Held {
  /** From the bytes being there to the first lookup being possible. */
  readyMs: number;
  entries: number;
  /** How many of these are cached. */
  lookupEach(urls: readonly string[]): number;
  /** The same by the call for many, where there is one. */
  lookupAll(urls: readonly string[]): number;
  /** A "changes" message, as it comes over the socket. */
  apply(message: string): void;
}

export interface Contestant {
  /** Fetches the manifest in the form that it takes. */
  take(): Promise<Held>;
}

export const inModule: Contestant = {
  async take() {
    const view = new ManifestView(await loadModule(undefined, fetch));
    const bytes = new Uint8Array(await fetchBytes('application/vnd.image-cache.snapshot'));
    const start = performance.now();
    const entries = view.loadSnapshot(bytes);
    const readyMs = performance.now() - start;
    const decoder = new TextDecoder();
    return {
      readyMs,
      entries,
      lookupEach: (urls) => urls.filter((url) => view.lookup(url) !== null).length,
      lookupAll(urls) {
        const length = view.handle.lookupBatch(view.give(urls.join('\n')));
        const paths = decoder.decode(view.answer(length)).split('\n');
        return urls.filter((_, i) => paths[i] !== '').length;
      },
      apply(message) {
        if (view.applyChanges(message) < 0) throw new Error('the changes were not applied');
      },
    };
  },
};

interface Put {
  s3_url: string;
  local_path: string;
}

/** Of each entry only what a lookup needs is kept; the rest is garbage as soon as the Map is there. */
export const inMap: Contestant = {
  async take() {
    const bytes = await fetchBytes('application/json');
    const start = performance.now();
    const text = new TextDecoder().decode(bytes);
    const manifest = JSON.parse(text) as { entries: Record<string, Put> };
    const paths = new Map<string, string>();
    for (const { s3_url, local_path } of Object.values(manifest.entries)) {
      paths.set(s3_url, local_path);
    }
    const readyMs = performance.now() - start;
    const lookup = (urls: readonly string[]): number =>
      urls.filter((url) => paths.get(url) !== undefined).length;
    return {
      readyMs,
      entries: paths.size,
      lookupEach: lookup,
      lookupAll: lookup,
      apply(message) {
        const { changes } = JSON.parse(message) as { changes: { put: Put[] }[] };
        for (const { put } of changes)
          for (const { s3_url, local_path } of put) paths.set(s3_url, local_path);
      },
    };
  },
};

async function fetchBytes(accept: string): Promise<ArrayBuffer> {
  const response = await fetch('/api/cache/manifest', { headers: { accept }, cache: 'no-store' });
  if (!response.ok) throw new Error(`the manifest was answered ${response.status}`);
  return response.arrayBuffer();
}
