import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { mimeTypes, picture, type Format } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';

let s3: S3;
let server: CacheServer;
let bytes: Buffer;
let target: string;

beforeAll(async () => {
  s3 = await S3.start();
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  bytes = await picture(1);
  target = imageTarget(await server.cache('0001', await s3.put('0001/a.jpg', bytes)));
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

describe('GET /api/cache/image?path=', () => {
  it('gives the bytes with the headers of the contract', async () => {
    const answer = await server.get(target);
    expect(answer.status).toBe(200);
    expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^"[^"]+"$/),
      // RFC 9211: a name of the cache, then the parameter "hit".
      'cache-status': expect.stringMatching(/^[A-Za-z*][\w.:/*-]*; *hit\b/),
    });
    const modified = answer.headers['last-modified'] ?? '';
    expect(new Date(modified).toUTCString()).toBe(modified);
    expect(Math.abs(Date.now() - Date.parse(modified))).toBeLessThan(60_000);
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  it('answers HEAD with the same headers and no body', async () => {
    const get = await server.get(target);
    const head = await server.send(target, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.body).toHaveLength(0);
    expect({ ...head.headers, date: '' }).toEqual({ ...get.headers, date: '' });
  });

  it('never compresses a picture', async () => {
    const answer = await server.get(target, { 'accept-encoding': 'gzip, br, zstd' });
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.body.equals(bytes)).toBe(true);
  });

  it.each(Object.entries(mimeTypes))('serves %s as %s', async (format, mimeType) => {
    const other = await picture(2, format as Format);
    // The name lies: the bytes decide.
    const path = await server.cache('0002', await s3.put(`0002/${format}.bmp`, other));
    expect(path).toMatch(new RegExp(`\\.(${format}|${format.replace('jpeg', 'jpg')})$`));
    const answer = await server.get(imageTarget(path));
    expect(answer.headers['content-type']).toBe(mimeType);
    expect(answer.body.equals(other)).toBe(true);
  });

  it('serves a picture larger than any socket buffer whole', async () => {
    const large = await picture(3, 'png', 1600);
    const path = await server.cache('0003', await s3.put('0003/large.png', large));
    const answers = await Promise.all([1, 2, 3].map(() => server.get(imageTarget(path))));
    for (const answer of answers) expect(answer.body.equals(large)).toBe(true);
  });
});

describe('a Range', () => {
  // [Range, first byte, last byte] for a picture of n bytes.
  const satisfiable: [string, (n: number) => [string, number, number]][] = [
    ['the first byte', () => ['bytes=0-0', 0, 0]],
    ['the first hundred', () => ['bytes=0-99', 0, 99]],
    ['from the middle on', (n) => ['bytes=100-', 100, n - 1]],
    ['the last byte', (n) => ['bytes=-1', n - 1, n - 1]],
    ['all of it as a suffix', (n) => [`bytes=-${n}`, 0, n - 1]],
    ['a suffix longer than the picture', (n) => [`bytes=-${n + 100}`, 0, n - 1]],
    ['an end past the picture', (n) => [`bytes=10-${n + 1000}`, 10, n - 1]],
    ['an end past every number', (n) => ['bytes=10-99999999999999999999', 10, n - 1]],
    ['a unit in capitals', () => ['Bytes=0-9', 0, 9]],
  ];
  it.each(satisfiable)('of %s is answered 206', async (_, make) => {
    const [range, first, last] = make(bytes.length);
    const answer = await server.get(target, { range });
    expect(answer.status).toBe(206);
    expect(answer.headers['content-range']).toBe(`bytes ${first}-${last}/${bytes.length}`);
    expect(answer.headers['content-length']).toBe(String(last - first + 1));
    expect(answer.headers.etag).toBe((await server.get(target)).headers.etag);
    expect(answer.body.equals(bytes.subarray(first, last + 1))).toBe(true);
  });

  it.each([
    (n: number) => `bytes=${n}-`,
    (n: number) => `bytes=${n}-${n + 5}`,
    () => 'bytes=-0',
    () => 'bytes=a-b',
    () => 'bytes=9-5',
  ])('outside the picture, or none at all, is answered 416 (%s)', async (make) => {
    const answer = await server.get(target, { range: make(bytes.length) });
    expectProblem(answer, 416, 'range-not-satisfiable');
    expect(answer.headers['content-range']).toBe(`bytes */${bytes.length}`);
  });

  it.each(['items=0-5', 'bytes', 'bytes=0-1,5-6'])(
    'that is of another kind is ignored (%s)',
    async (range) => {
      const answer = await server.get(target, { range });
      expect(answer.status).toBe(200);
      expect(answer.body.equals(bytes)).toBe(true);
    },
  );

  it('means nothing for HEAD (RFC 9110 §14.2)', async () => {
    const answer = await server.send(target, { method: 'HEAD', headers: { range: 'bytes=0-9' } });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-length']).toBe(String(bytes.length));
  });
});

describe('a condition', () => {
  const hourMs = 3_600_000;
  interface Validators {
    etag: string;
    modified: string;
  }
  const shifted = (text: string, ms: number): string =>
    new Date(Date.parse(text) + ms).toUTCString();

  const table: [string, number, (v: Validators) => Record<string, string>][] = [
    ['If-None-Match: the ETag', 304, (v) => ({ 'if-none-match': v.etag })],
    ['If-None-Match: the ETag, weak', 304, (v) => ({ 'if-none-match': `W/${v.etag}` })],
    ['If-None-Match: a list with the ETag', 304, (v) => ({ 'if-none-match': `"a,b", ${v.etag}` })],
    ['If-None-Match: *', 304, () => ({ 'if-none-match': '*' })],
    ['If-None-Match: another', 200, () => ({ 'if-none-match': '"another"' })],
    ['If-Modified-Since: that time', 304, (v) => ({ 'if-modified-since': v.modified })],
    ['If-Modified-Since: later', 304, (v) => ({ 'if-modified-since': shifted(v.modified, 1000) })],
    [
      'If-Modified-Since: earlier',
      200,
      (v) => ({ 'if-modified-since': shifted(v.modified, -hourMs) }),
    ],
    ['If-Modified-Since: no date', 200, () => ({ 'if-modified-since': 'yesterday' })],
    [
      'If-None-Match before If-Modified-Since',
      200,
      (v) => ({ 'if-none-match': '"another"', 'if-modified-since': v.modified }),
    ],
    ['If-None-Match before Range', 304, (v) => ({ 'if-none-match': v.etag, range: 'bytes=0-9' })],
    ['If-Range: the ETag', 206, (v) => ({ 'if-range': v.etag, range: 'bytes=0-9' })],
    ['If-Range: another', 200, () => ({ 'if-range': '"another"', range: 'bytes=0-9' })],
    ['If-Range: the ETag, weak', 200, (v) => ({ 'if-range': `W/${v.etag}`, range: 'bytes=0-9' })],
    ['If-Range: the date', 200, (v) => ({ 'if-range': v.modified, range: 'bytes=0-9' })],
    [
      'If-Range that fails, with a bad range',
      200,
      () => ({ 'if-range': '"another"', range: 'bytes=99999999-' }),
    ],
  ];
  it.each(table)('%s is answered %i', async (_, status, make) => {
    const plain = await server.get(target);
    const headers = make({
      etag: plain.headers.etag ?? '',
      modified: plain.headers['last-modified'] ?? '',
    });
    for (const method of status === 206 ? ['GET'] : ['GET', 'HEAD']) {
      const answer = await server.send(target, { method, headers });
      expect(answer.status, method).toBe(status);
      expect(answer.headers.etag, method).toBe(plain.headers.etag);
      if (status === 304) {
        expect(answer.body, method).toHaveLength(0);
        expect(answer.headers['cache-control'], method).toBe(plain.headers['cache-control']);
      }
      if (status === 200 && method === 'GET') expect(answer.body.equals(bytes)).toBe(true);
    }
  });

  const preconditions: [string, number, (v: Validators) => Record<string, string>][] = [
    ['If-Match: the ETag', 200, (v) => ({ 'if-match': v.etag })],
    ['If-Match: a list with the ETag', 200, (v) => ({ 'if-match': `"other", ${v.etag}` })],
    ['If-Match: *', 200, () => ({ 'if-match': '*' })],
    ['If-Match: another', 412, () => ({ 'if-match': '"another"' })],
    ['If-Match: the ETag, weak', 412, (v) => ({ 'if-match': `W/${v.etag}` })],
    [
      'If-Match: another, with a Range',
      412,
      () => ({ 'if-match': '"another"', range: 'bytes=0-9' }),
    ],
    [
      'If-Match before If-None-Match',
      412,
      (v) => ({ 'if-match': '"another"', 'if-none-match': v.etag }),
    ],
    ['If-Unmodified-Since: that time', 200, (v) => ({ 'if-unmodified-since': v.modified })],
    [
      'If-Unmodified-Since: earlier',
      412,
      (v) => ({ 'if-unmodified-since': shifted(v.modified, -hourMs) }),
    ],
    [
      'If-Match before If-Unmodified-Since',
      200,
      (v) => ({ 'if-match': v.etag, 'if-unmodified-since': shifted(v.modified, -hourMs) }),
    ],
  ];
  it.each(preconditions)('%s is answered %i', async (_, status, make) => {
    const plain = await server.get(target);
    const headers = make({
      etag: plain.headers.etag ?? '',
      modified: plain.headers['last-modified'] ?? '',
    });
    const answer = await server.get(target, headers);
    if (status === 412) expectProblem(answer, 412, 'precondition-failed');
    else expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.status).toBe(status);
    expect((await server.send(target, { method: 'HEAD', headers })).status).toBe(status);
  });
});
