// What every answer tells browsers: whose pages may show it, that its type is what it says, and who may frame it.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import type { Answer } from '../../support/http.ts';
import { picture } from '../../support/pictures.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { throughTarget } from '../../support/read-through.ts';
import { S3 } from '../../support/s3.ts';

const allowed = 'http://localhost:5173';
let s3: S3;
let server: CacheServer;
let cached: string;
let url: string;

beforeAll(async () => {
  s3 = await S3.start();
  const page = temporaryFolder();
  await mkdir(join(page, 'assets'));
  await writeFile(join(page, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(page, 'assets/a.js'), '0;');
  server = await CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint, '--static-dir', page],
  });
  url = await s3.put('0001/a.jpg', await picture(1));
  cached = imageTarget(await server.cache('0001', url));
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

const policyOf = (answer: Answer) => answer.headers['cross-origin-resource-policy'];

it('is on answers of every kind', async () => {
  const missed = throughTarget(await s3.put('0001/missed.jpg', await picture(2)));
  const answers: [number, Promise<Answer>][] = [
    [200, server.get(cached)],
    [200, server.get(cached)], // now kept open
    [206, server.get(cached, { range: 'bytes=0-9' })],
    [416, server.get(cached, { range: 'bytes=999999999-' })],
    [304, server.get(cached, { 'if-none-match': '*' })],
    [200, server.send(cached, { method: 'HEAD' })],
    [200, server.get(throughTarget(url))],
    [200, server.get(missed)],
    [200, server.get('/')],
    [200, server.get('/assets/a.js')],
    [200, server.get('/api/cache/manifest')],
    [200, server.get('/api/cache/manifest?since=0')],
    [200, server.get('/api/cache/manifest', { accept: 'application/vnd.image-cache.snapshot' })],
    [200, server.get('/api/cache/stats')],
    [200, server.get('/metrics')],
    [200, server.get('/healthz')],
    [204, server.send('/api/cache/prefetch', { method: 'OPTIONS' })],
    [400, server.get('/api/cache/image?path=../../etc/passwd')],
    [404, server.get('/api/nowhere')],
    [405, server.post('/api/cache/stats')],
    [421, server.get('/metrics', { host: 'evil.example' })],
    [426, server.get('/api/cache/events')],
    [431, server.get('/healthz', { 'x-much': 'x'.repeat(17_000) })],
  ];
  for (const [status, asked] of answers) {
    const answer = await asked;
    expect(answer.status).toBe(status);
    expect(policyOf(answer), `${status}`).toBe('same-site');
    expect(answer.headers['x-content-type-options'], `${status}`).toBe('nosniff');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  }
});

it('is on what could not be read as a request', async () => {
  const connection = await RawConnection.open(server.origin);
  connection.write('no request\r\n\r\n');
  const { status, headers } = await connection.read();
  expect(status).toBe(400);
  expect(headers['cross-origin-resource-policy']).toBe('same-site');
  expect(headers['x-content-type-options']).toBe('nosniff');
  connection.destroy();
});

describe('a picture on a page of another site', () => {
  it.each<[string, Record<string, string>]>([
    ['with an <img>', { 'sec-fetch-site': 'cross-site', referer: `${allowed}/` }],
    ['with fetch()', { 'sec-fetch-site': 'cross-site', origin: allowed }],
    ['that says no site, since this is no HTTPS', { referer: `${allowed}/gallery?x` }],
  ])('is for an allowed one, %s', async (_, page) => {
    for (let i = 0; i < 2; i += 1) {
      const answer = await server.get(cached, page);
      expect(answer.status).toBe(200);
      expect(policyOf(answer)).toBe('cross-origin');
      expect(answer.headers.vary).toMatch(/\breferer\b/i);
    }
  });

  it.each<[string, Record<string, string>]>([
    ['a foreign one', { 'sec-fetch-site': 'cross-site', referer: 'http://evil.example/' }],
    ['one that hides where it is', { 'sec-fetch-site': 'cross-site' }],
    ['one without an origin', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    [
      'one with an allowed Referer and its own Origin',
      { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example', referer: `${allowed}/` },
    ],
    ['one that begins like an allowed one', { referer: `${allowed}.evil.example/` }],
  ])('is not for %s', async (_, page) => {
    const answer = await server.get(cached, page);
    expect(policyOf(answer)).toBe('same-site');
    // Else what the browser keeps of it would be kept from an allowed page of the same site.
    expect(answer.headers.vary).toMatch(/\breferer\b/i);
  });

  it('says nothing of the Referer elsewhere: each page would have a copy of its own', async () => {
    for (const page of [
      {},
      { 'sec-fetch-site': 'same-origin', referer: `${server.origin}/a` },
      { 'sec-fetch-site': 'same-site', referer: `${allowed}/a` },
      { referer: `${server.origin}/a` },
    ]) {
      const answer = await server.get(cached, page);
      expect(policyOf(answer)).toBe('same-site');
      expect(answer.headers.vary).not.toMatch(/referer/i);
    }
  });
});

it('lets no page of another origin frame the page of --static-dir', async () => {
  const page = await server.get('/');
  expect(page.headers['content-security-policy']).toBe("frame-ancestors 'self'");
});
