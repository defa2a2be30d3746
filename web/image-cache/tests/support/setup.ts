import { afterEach, beforeEach } from 'vitest';
import { createImageCache, type ImageCacheClient } from '../../src/create-image-cache.js';
import type { ImageCacheOptions } from '../../src/options.js';
import { FakeServer } from './fake-server.js';
import { wasmBytes } from './wasm-bytes.js';

export interface TestBed {
  server: FakeServer;
  /** A client of that server with the real module, and delays that suit a test. */
  make: (options?: ImageCacheOptions) => ImageCacheClient;
}

/** A server of its own for each test. */
export function useTestBed(): TestBed {
  const bed: TestBed = {
    server: new FakeServer(),
    make: (options = {}) =>
      createImageCache({
        baseUrl: bed.server.url,
        wasm: wasmBytes(),
        moduleDeadlineMs: 60_000,
        ...options,
        prefetch: {
          pauseBetweenActorsMs: 0,
          firstRetryDelayMs: 1,
          maxRetryDelayMs: 2,
          pollIntervalMs: 5,
          ...options.prefetch,
        },
      }),
  };
  beforeEach(async () => {
    bed.server = await new FakeServer().start();
  });
  afterEach(() => bed.server.stop());
  return bed;
}

export const s3 = (actor: string, name: string): string =>
  `https://s3.amazonaws.com/training/${actor}/${name}.jpg`;

export const signed = (url: string, signature: string): string =>
  `${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=900&X-Amz-Signature=${signature}`;

export const images = (actor: string, count: number): { s3_url: string; filename: string }[] =>
  Array.from({ length: count }, (_, i) => ({ s3_url: s3(actor, String(i)), filename: `${i}.jpg` }));

/** A promise and the means to fulfil it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
