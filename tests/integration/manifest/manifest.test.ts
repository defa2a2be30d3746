import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';

const manifestTarget = '/api/cache/manifest';

let s3: S3;
let server: CacheServer;
let first: Buffer;
let firstUrl: string;

beforeAll(async () => {
  s3 = await S3.start();
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  first = await picture(0);
  firstUrl = await s3.put('0001/image 0.jpg', first);
  await server.prefetch('0001', [{ s3_url: firstUrl, filename: '0001_european_16_male_0.jpg' }]);
  // Enough entries that compressing them is worth it.
  const urls = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => s3.put(`0002/${i}.jpg`, await picture(100 + i))),
  );
  await server.prefetch('0002', urls);
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

describe('GET /api/cache/manifest', () => {
  it.each([
    ['with', ['--s3-path-style'], true],
    ['without', [], undefined],
  ])('tells the page how the endpoint is asked, %s --s3-path-style', async (_, more, expected) => {
    const args = ['--s3-endpoint', 'https://minio.example.com', ...more];
    const other = await CacheServer.start({ args });
    onTestFinished(async () => {
      await other.stop();
    });
    const manifest = (await other.get(manifestTarget)).json();
    expect(manifest.s3_endpoint).toBe('https://minio.example.com');
    expect(manifest.s3_path_style).toBe(expected);
  });

  it('has the shape of the contract', async () => {
    const answer = await server.get(manifestTarget);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json\b/);
    const manifest = answer.json();
    expect(manifest.version).toBe('1.0');
    expect(manifest.epoch).toMatch(/^[0-9a-f]{16}$/);
    expect(manifest.revision).toBeGreaterThan(0);
    expect(Math.abs(Date.now() - manifest.last_updated)).toBeLessThan(60_000);
    expect(manifest.s3_endpoint).toBe(s3.endpoint);
    expect(Object.keys(manifest.entries)).toHaveLength(21);
    expect(manifest.entries[firstUrl]).toMatchObject({
      s3_url: firstUrl,
      local_path: expect.stringMatching(/^\.image-cache\/images\/0001\/0001_[0-9a-f]{16}\.jpg$/),
      cached_at: expect.any(Number),
      size_bytes: first.length,
      actor_id: '0001',
      filename: '0001_european_16_male_0.jpg',
      etag: `"${createHash('md5').update(first).digest('hex')}"`,
    });
    expect(Math.abs(Date.now() - manifest.entries[firstUrl].cached_at)).toBeLessThan(60_000);
  });

  it('answers 304 to its own ETag, with the ETag and no body', async () => {
    const etag = (await server.get(manifestTarget)).headers.etag ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const condition of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
      const answer = await server.get(manifestTarget, { 'if-none-match': condition });
      expect(answer.status, condition).toBe(304);
      expect(answer.headers.etag, condition).toBe(etag);
      expect(answer.body, condition).toHaveLength(0);
    }
    const changed = await server.get(manifestTarget, { 'if-none-match': '"other"' });
    expect(changed.status).toBe(200);
  });

  it('gets another ETag when an entry comes or goes', async () => {
    const url = await s3.put('0003/a.jpg', await picture(3));
    const before = (await server.get(manifestTarget)).headers.etag ?? '';
    await server.prefetch('0003', [url]);
    const with3 = await server.get(manifestTarget, { 'if-none-match': before });
    expect(with3.status).toBe(200);
    await server.post('/api/cache/clear/0003');
    const without3 = await server.get(manifestTarget, {
      'if-none-match': with3.headers.etag ?? '',
    });
    expect(without3.status).toBe(200);
    expect(Object.keys(without3.json().entries)).toHaveLength(21);
  });

  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['zstd', zstdDecompressSync],
  ])(
    'is sent as %s to who accepts that, smaller and with the same content',
    async (encoding, decode) => {
      const plain = await server.get(manifestTarget);
      const encoded = await server.get(manifestTarget, { 'accept-encoding': encoding });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(encoded.headers['content-encoding']).toBe(encoding);
      expect(encoded.headers.vary).toMatch(/\baccept-encoding\b/i);
      expect(plain.headers.vary).toMatch(/\baccept-encoding\b/i);
      expect(encoded.body.length).toBeLessThan(plain.body.length / 2);
      expect(decode(encoded.body).toString()).toBe(plain.text);
    },
  );

  it('gives each encoding an ETag of its own, and each answers 304', async () => {
    const etags = new Set<string>();
    for (const encoding of ['identity', 'gzip', 'br', 'zstd']) {
      const headers = { 'accept-encoding': encoding };
      const etag = (await server.get(manifestTarget, headers)).headers.etag ?? '';
      etags.add(etag);
      const again = await server.get(manifestTarget, { ...headers, 'if-none-match': etag });
      expect(again.status, encoding).toBe(304);
    }
    expect(etags.size).toBe(4);
  });

  it.each([
    ['gzip;q=0', undefined],
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=0.1, br;q=0.9', 'br'],
    ['compress', undefined],
    ['identity', undefined],
  ])('understands Accept-Encoding: %s', async (accept, encoding) => {
    const answer = await server.get(manifestTarget, { 'accept-encoding': accept });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-encoding']).toBe(encoding);
  });

  it('is given with If-Match only while it is still the one that is named', async () => {
    const etag = (await server.get(manifestTarget)).headers.etag ?? '';
    for (const match of [etag, '*', `"other", ${etag}`]) {
      expect((await server.get(manifestTarget, { 'if-match': match })).status, match).toBe(200);
    }
    for (const match of ['"other"', `W/${etag}`]) {
      const answer = await server.get(manifestTarget, { 'if-match': match });
      expectProblem(answer, 412, 'precondition-failed');
    }
  });

  it('is narrowed by actor_id', async () => {
    const answer = await server.get(`${manifestTarget}?actor_id=0001`);
    expect(Object.keys(answer.json().entries)).toEqual([firstUrl]);
    const nobody = await server.get(`${manifestTarget}?actor_id=nobody`);
    expect(nobody.status).toBe(200);
    expect(nobody.json().entries).toEqual({});
  });

  it.each(['', '.hidden', '..', 'a/b', 'a%2Fb', 'a%00', 'a%20b', '%C3%A9', 'x'.repeat(65)])(
    'refuses the actor_id "%s"',
    async (id) => {
      expectProblem(await server.get(`${manifestTarget}?actor_id=${id}`), 400, 'invalid-actor-id');
    },
  );

  it('has no body for HEAD and the same headers', async () => {
    const get = await server.get(manifestTarget);
    const head = await server.send(manifestTarget, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.etag).toBe(get.headers.etag);
    expect(head.headers['content-length']).toBe(String(get.body.length));
  });
});
