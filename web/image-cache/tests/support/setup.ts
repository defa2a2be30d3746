import { afterEach, beforeEach, vi } from 'vitest';
import { createImageCache, type ImageCacheClient } from '../../src/create-image-cache.js';
import type { ImageCacheOptions } from '../../src/options.js';
import { FakeServer } from './fake-server.js';
import { wasmBytes } from './wasm-bytes.js';

export interface TestBed {
  server: FakeServer;
  /** A client of that server with the real module, and delays that suit a test. */
  make: (options?: ImageCacheOptions) => ImageCacheClient;
}

// jsdom's events and Node's sockets do not know each other: with a document the page asks instead of hearing.
if (typeof document !== 'undefined') Reflect.deleteProperty(globalThis, 'WebSocket');

/** A server of its own for each test. */
export function testBed(): TestBed {
  let test = { isOver: false };
  const bed: TestBed = {
    server: new FakeServer(),
    make: (options = {}) =>
      createImageCache({
        baseUrl: bed.server.url,
        wasm: wasmBytes(),
        moduleDeadlineMs: 60_000,
        fetch: fetchDuring(test),
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
    test = { isOver: false };
    bed.server = await new FakeServer().start();
  });
  afterEach(() => {
    test.isOver = true;
    return bed.server.stop();
  });
  return bed;
}

// A page whose test has ended hears nothing more: not even that the server is gone.
const fetchDuring =
  (test: { isOver: boolean }): typeof fetch =>
  (input, init) =>
    fetch(input, init).catch((error: unknown) => {
      if (test.isOver) return new Promise<never>(() => undefined);
      throw error;
    });

export const s3 = (actor: string, name: string): string =>
  `https://s3.amazonaws.com/training/${actor}/${name}.jpg`;

export const signed = (url: string, signature: string): string =>
  `${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=900&X-Amz-Signature=${signature}`;

export const images = (actor: string, count: number): { s3_url: string; filename: string }[] =>
  Array.from({ length: count }, (_, i) => ({ s3_url: s3(actor, String(i)), filename: `${i}.jpg` }));

/** Waits for a condition, patiently: the machine may be busy. */
export const until = (condition: () => boolean | Promise<boolean>): Promise<boolean> =>
  vi.waitUntil(condition, { timeout: 15_000, interval: 5 });

/** A promise and the means to fulfil it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
