// What an application may set, and what holds when it does not.
import type { PrefetchOptions } from './module/generated/image_cache.js';
import type { WasmSource } from './module/load-module.js';

export interface ImageCacheOptions {
  /** Where the cache server is, up to `/api/cache`: "http://localhost:8787". Default: this page's origin. */
  baseUrl?: string;
  /** The WebAssembly module's code, when it is not to be fetched from beside this package. */
  wasm?: WasmSource;
  /** Bearer token for what changes the cache (the server's --token-file). */
  token?: string;
  /** Instead of the global fetch. */
  fetch?: typeof fetch;
  /** How long a picture may wait for the module and the manifest before it is shown from S3. */
  moduleDeadlineMs?: number;
  /** Whether showing a picture that is not cached asks for its prefetch. */
  autoPrefetch?: boolean;
  prefetch?: PrefetchSettings;
}

export interface PrefetchSettings extends PrefetchOptions {
  /** How often the manifest is asked while a batch runs, so that its pictures turn up one by one. */
  pollIntervalMs?: number;
}

export interface Settings extends ImageCacheOptions {
  baseUrl: string;
  fetch: typeof fetch;
  moduleDeadlineMs: number;
  autoPrefetch: boolean;
  prefetch: PrefetchSettings & { pollIntervalMs: number };
}

export function settingsFrom(options: ImageCacheOptions): Settings {
  const settings: Settings = {
    baseUrl: '',
    // Not `fetch` itself: it must be called on the global object, and be looked up only then.
    fetch: (input, init) => globalThis.fetch(input, init),
    moduleDeadlineMs: 150,
    autoPrefetch: true,
    prefetch: { pollIntervalMs: 400 },
  };
  applyOptions(settings, options);
  return settings;
}

export function applyOptions(settings: Settings, options: ImageCacheOptions): void {
  Object.assign(settings, options, { prefetch: { ...settings.prefetch, ...options.prefetch } });
  settings.baseUrl = settings.baseUrl.replace(/\/+$/, '');
}
