// GET image?url= when there is no picture to be had: what is answered, and for how long it is remembered.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { pictureFiles } from '../../support/files.ts';
import type { Answer } from '../../support/http.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { parsePrometheus } from '../../support/prometheus.ts';
import { throughTarget } from '../../support/read-through.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, inChunks, inTurn, type Script } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';

let origin: ScriptedOrigin;
let server: CacheServer;
let bytes: Buffer;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  server = await CacheServer.start({ args: ['--origin', origin.url] });
  bytes = await picture(1);
});
afterAll(async () => {
  await server.stop();
  await origin.stop();
});

let made = 0;
function on(script: Script): { url: string; target: string; requests: () => number } {
  made += 1;
  const path = `/bucket/0001/${made}.jpg`;
  const url = origin.on(path, script);
  return { url, target: throughTarget(url), requests: () => origin.requestsFor(path) };
}

function expectRemembered(again: Answer, status: number, slug: string, mostS: number): void {
  expectProblem(again, status, slug);
  const seconds = Number(again.headers['retry-after']);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(mostS);
  expect(again.headers['cache-status']).toBe(`ImageCache; hit; ttl=${seconds}; detail=failure`);
  expect(again.headers['cache-control']).toBe('no-store');
}

it.each([
  ['is missing', answer(404, 'no'), 404, 'origin-not-found', 60],
  ['is denied', answer(403, 'no'), 502, 'origin-denied', 10],
  ['is a page', answer(200, '<!doctype html>'.padEnd(500)), 502, 'not-a-picture', 1],
  ['is empty', answer(200, ''), 502, 'not-a-picture', 1],
  ['is a redirect', answer(302, '', { location: '/b' }), 502, 'origin-unexpected', 1],
])('a picture that %s is a problem, and asked for once', async (_, script, status, slug, mostS) => {
  const { url, target, requests } = on(script);
  const first = await server.get(target);
  expectProblem(first, status, slug);
  expect(first.headers['cache-status']).toBe('ImageCache; fwd=miss');
  expect(first.headers['cache-control']).toBe('no-store');
  expectRemembered(await server.get(target), status, slug, mostS);
  expect(requests()).toBe(1);
  expect((await server.manifest()).entries[url]).toBeUndefined();
  expect(await pictureFiles(server.cacheDir)).toEqual([]);
});

it('is asked for once more a while after the server of the origin has failed', async () => {
  const { target } = on(answer(503, 'slow down'));
  expectProblem(await server.get(target), 502, 'origin-unavailable');
  const again = await server.get(target);
  expectRemembered(again, 502, 'origin-unavailable', 1);
});

it('passes a picture on when there is no room to store it', async () => {
  const full = await CacheServer.start({
    args: ['--origin', origin.url, '--min-free', '900TiB'], // which no disk has
  });
  const { url, target, requests } = on(answer(200, bytes));
  expect((await full.prefetch('0001', [url])).results[0]?.error).toBe('storage-full');
  for (const request of [2, 3]) {
    const passed = await full.get(target);
    expect(passed.status).toBe(200);
    expect(passed.headers['cache-status']).toBe('ImageCache; fwd=miss');
    expect(passed.body.equals(bytes)).toBe(true);
    expect(requests()).toBe(request);
    // The last byte may be here before the download is over, and who asks then joins it.
    await until('nothing in flight', async () =>
      /^image_cache_fetches_in_flight 0$/m.test((await full.get('/metrics')).text),
    );
  }
  expect((await full.manifest()).entries).toEqual({});
  expect(await pictureFiles(full.cacheDir)).toEqual([]);
  await full.stop();
});

it('passes no picture on that is larger than pictures may be', async () => {
  const full = await CacheServer.start({
    args: ['--origin', origin.url, '--min-free', '900TiB', '--max-image-size', '1MiB'],
  });
  const { target } = on(inChunks(bytes, Buffer.alloc(2 << 20)));
  await expect(full.get(target)).rejects.toThrow();
  expectProblem(await full.get(target), 502, 'too-large');
  await full.stop();
});

describe('what is remembered', () => {
  it('of a denial holds for that signature only', async () => {
    const { url, requests } = on(inTurn(answer(403, 'expired'), answer(200, bytes)));
    const signed = (n: number): string => throughTarget(`${url}?X-Amz-Signature=${n}`);
    expectProblem(await server.get(signed(1)), 502, 'origin-denied');
    expectRemembered(await server.get(signed(1)), 502, 'origin-denied', 10);
    const other = await server.get(signed(2));
    expect(other.body.equals(bytes)).toBe(true);
    expect(requests()).toBe(2);
    expect((await server.get(signed(1))).status).toBe(200); // one object, cached by now
  });

  it('of a missing picture holds for every signature', async () => {
    const { url, requests } = on(answer(404, 'no'));
    expectProblem(
      await server.get(throughTarget(`${url}?X-Amz-Signature=1`)),
      404,
      'origin-not-found',
    );
    const other = await server.get(throughTarget(`${url}?X-Amz-Signature=2`));
    expectRemembered(other, 404, 'origin-not-found', 60);
    expect(requests()).toBe(1);
  });

  it('does not keep a prefetch from asking, whose success ends it', async () => {
    const { url, target, requests } = on(inTurn(answer(404, 'not yet'), answer(200, bytes)));
    expectProblem(await server.get(target), 404, 'origin-not-found');
    await server.cache('0001', url);
    expect(requests()).toBe(2);
    await server.post('/api/cache/invalidate', { s3_url: url });
    expect((await server.get(target)).status).toBe(200);
    expect(requests()).toBe(3);
  });

  it.each([
    ['invalidate', (url: string) => ['/api/cache/invalidate', { s3_url: url }] as const],
    ['clear', () => ['/api/cache/clear/0001', undefined] as const],
    ['clear-all', () => ['/api/cache/clear-all', undefined] as const],
  ])('is forgotten with %s', async (_, removal) => {
    const { url, target, requests } = on(inTurn(answer(404, 'not yet'), answer(200, bytes)));
    expectProblem(await server.get(target), 404, 'origin-not-found');
    expectProblem(await server.get(target), 404, 'origin-not-found');
    const [path, body] = removal(url);
    expect((await server.post(path, body)).status).toBe(200);
    const got = await server.get(target);
    expect(got.body.equals(bytes)).toBe(true);
    expect(requests()).toBe(2);
  });

  it('is counted', async () => {
    const value = async (name: string): Promise<number> => {
      const families = parsePrometheus((await server.get('/metrics')).text);
      return families.get(`image_cache_${name}`)?.samples[0]?.value ?? NaN;
    };
    const entries = await value('failures_remembered');
    const answered = await value('failures_answered_total');
    const { target } = on(answer(404, 'no'));
    await server.get(target);
    await server.get(target);
    expect(await value('failures_remembered')).toBe(entries + 1);
    expect(await value('failures_answered_total')).toBe(answered + 1);
    expect(await value('failures_max_remembered')).toBe(10_000);
  });
});
