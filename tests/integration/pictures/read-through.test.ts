// GET image?url=: what a hit and a miss answer.
import { rm } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { mimeTypes, picture, type Format } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { parsePrometheus } from '../../support/prometheus.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { throughTarget } from '../../support/read-through.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, inChunks } from '../../support/scripts.ts';
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
/** A picture that nobody has asked for yet. */
function fresh(body: Buffer = bytes): string {
  made += 1;
  return origin.on(`/bucket/0001/${made}.jpg`, answer(200, body, { etag: '"s3"' }));
}

async function stored(url: string): Promise<string> {
  const entry = await until('the entry', async () => (await server.manifest()).entries[url]);
  return entry.local_path;
}

describe('a miss', () => {
  it('is answered with the picture, which is stored', async () => {
    const url = fresh();
    const miss = await server.get(throughTarget(url));
    expect(miss.status).toBe(200);
    expect(miss.body.equals(bytes)).toBe(true);
    expect(miss.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'cache-status': 'ImageCache; fwd=miss; stored',
    });
    expect(miss.headers.etag).toBeUndefined();
    await stored(url);
    expect((await server.manifest()).entries[url]).toMatchObject({
      actor_id: '0001', // the folder that holds it
      filename: new URL(url).pathname.split('/').at(-1),
      etag: '"s3"',
      size_bytes: bytes.length,
    });
  });

  it('is filed as it was asked for', async () => {
    const url = fresh();
    const names = { actor_id: 'Ada', filename: 'Ada, 36 (é).jpg' };
    expect((await server.get(throughTarget(url, names))).status).toBe(200);
    await stored(url);
    expect((await server.manifest()).entries[url]).toMatchObject({
      actor_id: 'Ada',
      filename: 'Ada, 36 (é).jpg',
    });
  });

  it.each(Object.entries(mimeTypes))('of a %s picture says %s', async (format, mimeType) => {
    const body = await picture(2, format as Format);
    const miss = await server.get(throughTarget(fresh(body)));
    expect(miss.headers['content-type']).toBe(mimeType);
    expect(miss.body.equals(body)).toBe(true);
  });

  it('of unknown length waits for it when the client speaks HTTP/1.0', async () => {
    const url = origin.on(
      '/bucket/0001/old.jpg',
      inChunks(bytes.subarray(0, 99), bytes.subarray(99)),
    );
    const connection = await RawConnection.open(server.origin);
    connection.write(`GET ${throughTarget(url)} HTTP/1.0\r\n\r\n`);
    const miss = await connection.read();
    expect(miss.status).toBe(200);
    expect(miss.headers['content-length']).toBe(String(bytes.length));
    expect(Buffer.from(miss.body, 'latin1').equals(bytes)).toBe(true);
    connection.destroy();
  });

  it('is fetched for HEAD, too, and answered as GET would be', async () => {
    const url = fresh();
    const head = await server.send(throughTarget(url), { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(bytes.length),
      'cache-status': 'ImageCache; fwd=miss; stored',
    });
    expect(head.body).toHaveLength(0);
    await stored(url);
    expect(origin.requestsFor(new URL(url).pathname)).toBe(1);
  });

  it('gives a part of it to who asks for a part', async () => {
    const part = await server.get(throughTarget(fresh()), { range: 'bytes=10-99' });
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe(`bytes 10-99/${bytes.length}`);
    expect(part.body.equals(bytes.subarray(10, 100))).toBe(true);
    const outside = await server.get(throughTarget(fresh()), { range: `bytes=${bytes.length}-` });
    expectProblem(outside, 416, 'range-not-satisfiable');
    const conditional = await server.get(throughTarget(fresh()), {
      range: 'bytes=10-99',
      'if-range': '"no version is known yet"',
    });
    expect(conditional.status).toBe(200);
    expect(conditional.body.equals(bytes)).toBe(true);
  });
});

describe('a hit', () => {
  let url: string;
  let target: string;
  beforeAll(async () => {
    url = fresh();
    target = throughTarget(url);
    await server.cache('0001', url);
  });

  it('is served from the disk, to be asked for again each time', async () => {
    const hit = await server.get(target);
    expect(hit.status).toBe(200);
    expect(hit.body.equals(bytes)).toBe(true);
    expect(hit.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'cache-status': 'ImageCache; hit',
      etag: expect.stringMatching(/^"[^"]+"$/),
      'last-modified': expect.stringMatching(/GMT$/),
    });
    expect(origin.requestsFor(new URL(url).pathname)).toBe(1);
  });

  it('obeys conditions and ranges', async () => {
    const { etag = '' } = (await server.get(target)).headers;
    expect((await server.get(target, { 'if-none-match': etag })).status).toBe(304);
    expect((await server.get(target, { 'if-match': '"another"' })).status).toBe(412);
    const part = await server.get(target, { range: 'bytes=0-9', 'if-range': etag });
    expect(part.status).toBe(206);
    expect(part.body.equals(bytes.subarray(0, 10))).toBe(true);
    const head = await server.send(target, { method: 'HEAD' });
    expect(head.headers['content-length']).toBe(String(bytes.length));
    expect(head.body).toHaveLength(0);
  });

  it('is one under every signature', async () => {
    const signed = await server.get(throughTarget(`${url}?X-Amz-Signature=abc&X-Amz-Expires=60`));
    expect(signed.headers['cache-status']).toBe('ImageCache; hit');
  });

  it('whose file has vanished is a miss', async () => {
    const lost = fresh();
    await server.cache('lost', lost);
    await rm(`${server.cacheDir}/images/lost`, { recursive: true });
    const again = await server.get(throughTarget(lost));
    expect(again.headers['cache-status']).toBe('ImageCache; fwd=miss; stored');
    expect(again.body.equals(bytes)).toBe(true);
    await stored(lost);
  });
});

it('counts hits, misses and bytes as for path=', async () => {
  const before = await server.stats();
  const url = fresh();
  await server.get(throughTarget(url));
  await stored(url);
  const { etag = '' } = (await server.get(throughTarget(url))).headers;
  await server.get(throughTarget(url), { 'if-none-match': etag });
  const after = await server.stats();
  expect(after.misses - before.misses).toBe(1);
  expect(after.hits - before.hits).toBe(2);
  expect(after.not_modified - before.not_modified).toBe(1);
  expect(after.bytes_served - before.bytes_served).toBe(bytes.length);
});

it.each([
  ['both path and url', () => `${throughTarget(fresh())}&path=x`, 400, 'invalid-request'],
  ['an empty url', () => throughTarget(''), 400, 'invalid-url'],
  ['no url of a picture', () => throughTarget('not a url'), 400, 'invalid-url'],
  ['a file', () => throughTarget('file:///etc/passwd'), 400, 'invalid-url'],
  ['a bucket', () => throughTarget('s3://bucket'), 400, 'invalid-url'],
  ['two urls', () => `${throughTarget(fresh())}&url=x`, 400, 'invalid-request'],
  ['a broken escape', () => '/api/cache/image?url=%zz', 400, 'invalid-request'],
  ['a bad actor', () => throughTarget(fresh(), { actor_id: '../x' }), 400, 'invalid-actor-id'],
  ['an empty actor', () => throughTarget(fresh(), { actor_id: '' }), 400, 'invalid-actor-id'],
  [
    'a long name',
    () => throughTarget(fresh(), { filename: 'x'.repeat(1025) }),
    400,
    'invalid-request',
  ],
  [
    'a name with a line end',
    () => throughTarget(fresh(), { filename: 'a\nb' }),
    400,
    'invalid-request',
  ],
  [
    'a name that is no text',
    () => `${throughTarget(fresh())}&filename=%ff`,
    400,
    'invalid-request',
  ],
  [
    'another origin',
    () => throughTarget('http://elsewhere.example/a.jpg'),
    403,
    'origin-not-allowed',
  ],
])('refuses %s', async (_, target, status, slug) => {
  const requests = origin.requests.length;
  expectProblem(await server.get(target()), status, slug);
  expect(origin.requests).toHaveLength(requests);
});

it('shows in the metrics how many failures are remembered', async () => {
  const { text } = await server.get('/metrics');
  const families = parsePrometheus(text);
  for (const name of [
    'failures_remembered',
    'failures_max_remembered',
    'failures_answered_total',
  ]) {
    expect(families.has(`image_cache_${name}`), name).toBe(true);
  }
});
