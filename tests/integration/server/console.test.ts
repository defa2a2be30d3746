// The server's own page, as it is sent: what its requests find, compressed, cached and guarded. What the page
// does is tested in the browser (tests/browser/console.spec.ts).
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import { expectProblem } from '../../support/problems.ts';

let server: CacheServer;
let script: string;

beforeAll(async () => {
  server = await CacheServer.start();
  script = /src="(\/console\/assets\/[^"]+\.js)"/.exec((await server.get('/')).text)?.[1] ?? '';
});
afterAll(() => server.stop());

it.each(['/', '/console/'])('%s is the page, asked for anew each time', async (path) => {
  const answer = await server.get(path);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.text).toContain('<title>Image Cache</title>');
  expect(answer.headers['cache-control']).toBe('no-cache');
  const etag = answer.headers['etag'] ?? '';
  expect(etag).toMatch(/^"[^"]+"$/);
  const again = await server.get(path, { 'if-none-match': etag });
  expect(again.status).toBe(304);
  expect(again.body).toHaveLength(0);
});

it('may load nothing but its own files, and stand in no frame', async () => {
  const { headers, text } = await server.get('/');
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  expect(text).not.toMatch(/<style|style=|<script>|https?:/);
});

it('has scripts with a hash in their names, kept for ever', async () => {
  expect(script).toMatch(/-[\w-]{8}\.js$/);
  const answer = await server.get(script);
  expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
});

it('is sent compressed as the client likes it, with a tag for each form', async () => {
  const plain = await server.get(script);
  const gzip = await server.get(script, { 'accept-encoding': 'gzip' });
  const brotli = await server.get(script, { 'accept-encoding': 'gzip, br' });
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(brotli.headers['content-encoding']).toBe('br');
  expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
  expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
  expect(new Set([plain, gzip, brotli].map(({ headers }) => headers['etag'])).size).toBe(3);
  for (const answer of [plain, gzip, brotli]) {
    expect(answer.headers['vary']).toContain('Accept-Encoding');
  }
});

it.each(['/console/missing.js', '/console/assets/', '/console/../etc/passwd', '/console/%2e%2e/x'])(
  '%s is not there',
  async (path) => expectProblem(await server.get(path), 404, 'not-found'),
);

it('is not shown to who asks by another name', async () => {
  expectProblem(await server.get('/', { host: 'evil.example' }), 421, 'host-not-allowed');
});

it('is not there with --no-console', async () => {
  const without = await CacheServer.start({ args: ['--no-console'] });
  expectProblem(await without.get('/'), 404, 'not-found');
  expectProblem(await without.get('/console/'), 404, 'not-found');
  await without.stop();
});

describe('beside a page of --static-dir', () => {
  it('leaves / to it and stays at /console/', async () => {
    const site = join(temporaryFolder(), 'site');
    await mkdir(site);
    await writeFile(join(site, 'index.html'), '<!doctype html><title>Gallery</title>');
    const beside = await CacheServer.start({ args: ['--static-dir', site] });
    expect((await beside.get('/')).text).toContain('Gallery');
    expect((await beside.get('/console/')).text).toContain('<title>Image Cache</title>');
    expect((await beside.get(script)).status).toBe(200);
    await beside.stop();
  });
});
