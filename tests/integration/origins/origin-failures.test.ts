// What an origin can do wrong: each has its word in the report, and leaves nothing on the disk.
import { createServer, type AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { PrefetchItem } from '../../../web/image-cache/src/contract.ts';
import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { pictureFiles } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import {
  announcing,
  answer,
  inChunks,
  inTurn,
  reset,
  unfinishedChunks,
  type Script,
} from '../../support/scripts.ts';
import { until } from '../../support/until.ts';

const maxImageBytes = 64 * 1024;

let origin: ScriptedOrigin;
let server: CacheServer;
let good: Buffer;
let large: Buffer;

beforeAll(async () => {
  good = await picture(1);
  large = await picture(2, 'png', 160); // 77 KB: over the limit
  expect(good.length).toBeLessThan(maxImageBytes);
  expect(large.length).toBeGreaterThan(maxImageBytes);
  origin = await ScriptedOrigin.start();
  const args = [
    '--origin',
    origin.url,
    '--origin',
    'http://nowhere.invalid',
    '--origin',
    `http://127.0.0.1:${await closedPort()}`,
  ];
  server = await CacheServer.start({ args: [...args, '--max-image-size', String(maxImageBytes)] });
});
afterAll(async () => {
  await server.stop();
  await origin.stop();
});

async function closedPort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  refused = port;
  return port;
}
let refused = 0;

async function fetchOnly(url: string): Promise<PrefetchItem> {
  const { results } = await server.prefetch('0001', [url]);
  expect(results).toHaveLength(1);
  return results[0] as PrefetchItem;
}

async function expectNothingKept(): Promise<void> {
  expect((await server.manifest()).entries).toEqual({});
  // What was cleared is unlinked in the background.
  await until('no file is left', async () => (await pictureFiles(server.cacheDir)).length === 0);
}

describe('an origin that fails', () => {
  const html = '<!doctype html><title>Sign in</title><p>Who are you?</p>';
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

  // [what it does, the error, may it pass by itself?, script]
  const table: [string, string | RegExp, boolean, () => Script][] = [
    ['with 401', 'origin-denied', false, () => answer(401, 'who?')],
    ['with 403', 'origin-denied', false, () => answer(403, 'no')],
    ['with 404', 'origin-not-found', false, () => answer(404, 'none')],
    ['with 410', 'origin-not-found', false, () => answer(410, 'gone')],
    ['with 429', 'origin-unavailable', true, () => answer(429, 'slow down')],
    ['with 500', 'origin-unavailable', true, () => answer(500, 'oops')],
    ['with 503', 'origin-unavailable', true, () => answer(503, 'busy')],
    ['with 503 and a picture', 'origin-unavailable', true, () => answer(503, good)],
    ['with 404 and a picture', 'origin-not-found', false, () => answer(404, good)],
    [
      'with a redirect',
      'origin-unexpected',
      false,
      () => answer(302, '', { location: '/redirected.jpg' }),
    ],
    [
      'with 204',
      'origin-unexpected',
      false,
      () => (socket) => void socket.write('HTTP/1.1 204 None\r\n\r\n'),
    ],
    [
      'with 206',
      'origin-unexpected',
      false,
      () => answer(206, good, { 'content-range': 'bytes 0-9/100' }),
    ],
    ['before its answer', 'origin-unavailable', true, () => reset()],
    ['in the middle of a picture', /^origin-(truncated|unavailable)$/, true, () => reset(good)],
    [
      'by announcing more than it sends',
      'origin-truncated',
      true,
      () => announcing(good.length + 100, good),
    ],
    [
      'by announcing a picture and sending none',
      'origin-truncated',
      true,
      () => announcing(1000, Buffer.alloc(0)),
    ],
    ['by not ending its chunks', 'origin-truncated', true, () => unfinishedChunks(good)],
    [
      'by sending HTML named .jpg',
      'not-a-picture',
      false,
      () => answer(200, html, { 'content-type': 'image/jpeg' }),
    ],
    [
      'by sending SVG',
      'not-a-picture',
      false,
      () => answer(200, svg, { 'content-type': 'image/svg+xml' }),
    ],
    ['by sending nothing', 'not-a-picture', false, () => answer(200, '')],
    [
      'by sending two bytes of a JPEG',
      'not-a-picture',
      false,
      () => answer(200, good.subarray(0, 2)),
    ],
    ['by announcing too much', 'too-large', false, () => answer(200, large)],
    ['by sending too much without announcing it', 'too-large', false, () => inChunks(large)],
    [
      'by speaking no HTTP',
      'origin-unexpected',
      false,
      () => (socket) => void socket.end('SSH-2.0-OpenSSH_9\r\n'),
    ],
  ];
  it.each(table)('%s is reported as %s', async (name, error, retryable, script) => {
    const url = origin.on(`/fails/${encodeURIComponent(name)}.jpg`, script());
    const result = await fetchOnly(url);
    expect(result).toEqual({
      s3_url: url,
      status: 'failed',
      error: typeof error === 'string' ? error : expect.stringMatching(error),
      detail: expect.stringMatching(/\S/),
      retryable,
    });
    await expectNothingKept();
    expect(origin.requestsFor('/redirected.jpg')).toBe(0);
  });

  it('by refusing the connection is reported as origin-unavailable', async () => {
    const result = await fetchOnly(`http://127.0.0.1:${refused}/a.jpg`);
    expect(result).toMatchObject({ error: 'origin-unavailable', retryable: true });
  });

  it('by having no address is reported as origin-unavailable, and others are fetched after it', async () => {
    const result = await fetchOnly('http://nowhere.invalid/a.jpg');
    expect(result).toMatchObject({ error: 'origin-unavailable', retryable: true });
    await server.cache('0001', origin.on('/after.jpg', answer(200, good)));
    await server.post('/api/cache/clear-all');
    await expectNothingKept();
  });

  it('does not spoil the others of its request, nor the next attempt', async () => {
    const failing = answer(500, 'oops');
    const flaky = origin.on('/flaky.jpg', inTurn(failing, failing, failing, answer(200, good)));
    const fine = origin.on('/fine.jpg', answer(200, await picture(3)));
    const first = await server.prefetch('0002', [flaky, fine]);
    expect(first.results.map((result) => result.status)).toEqual(['failed', 'cached']);
    const second = await server.prefetch('0002', [flaky, fine]);
    expect(second.results.map((result) => result.status)).toEqual(['cached', 'already_cached']);
    await server.post('/api/cache/clear-all');
    await expectNothingKept();
  });
});

describe('an origin that fails once', () => {
  it('is asked again, and nobody hears of it', async () => {
    const url = origin.on('/once.jpg', inTurn(answer(503, 'busy'), answer(200, good)));
    const result = await fetchOnly(url);
    expect(result.status).toBe('cached');
    expect(origin.requestsFor('/once.jpg')).toBe(2);
    await server.post('/api/cache/clear-all');
  });

  it('in the middle of a picture is asked for the rest', async () => {
    const half = good.length >> 1;
    const headers = { etag: '"one"', 'accept-ranges': 'bytes' };
    const range = `bytes ${half}-${good.length - 1}/${good.length}`;
    const url = origin.on(
      '/half.jpg',
      inTurn(
        announcing(good.length, good.subarray(0, half), headers),
        answer(206, good.subarray(half), { ...headers, 'content-range': range }),
      ),
    );
    const path = await server.cache('0001', url);
    expect((await server.get(imageTarget(path))).body.equals(good)).toBe(true);
    await server.post('/api/cache/clear-all');
  });

  it('and then has another picture is not believed', async () => {
    const headers = { etag: '"one"', 'accept-ranges': 'bytes' };
    const begun = announcing(good.length, good.subarray(0, 1000), headers);
    const url = origin.on('/other.jpg', inTurn(begun, answer(200, good, { etag: '"two"' })));
    expect(await fetchOnly(url)).toMatchObject({ error: 'origin-truncated', retryable: true });
    await expectNothingKept();
  });
});

describe('an origin that announces less than it sends', () => {
  it('gives what it announced, and its next answer is not mixed up', async () => {
    const short = good.length - 10;
    const liar = origin.on('/less.jpg', announcing(short, good));
    const result = await fetchOnly(liar);
    if (result.status === 'cached') {
      const image = await server.get(imageTarget(result.local_path ?? ''));
      expect(image.body.equals(good.subarray(0, short))).toBe(true);
    } else {
      expect(result.error).toMatch(/^origin-/);
    }
    const next = await picture(4);
    const path = await server.cache('0001', origin.on('/next.jpg', answer(200, next)));
    expect((await server.get(imageTarget(path))).body.equals(next)).toBe(true);
    await server.post('/api/cache/clear-all');
  });
});

describe('an origin that sends no length', () => {
  it('is believed when its chunks end', async () => {
    const url = origin.on('/chunked.jpg', inChunks(good.subarray(0, 10), good.subarray(10)));
    const path = await server.cache('0001', url);
    expect((await server.get(imageTarget(path))).body.equals(good)).toBe(true);
    await server.post('/api/cache/clear-all');
  });
});
