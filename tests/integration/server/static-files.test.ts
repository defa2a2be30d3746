// --static-dir: a built web page beside the API.
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import { expectProblem } from '../../support/problems.ts';

let server: CacheServer;

beforeAll(async () => {
  const parent = temporaryFolder();
  const site = join(parent, 'site');
  await mkdir(join(site, 'assets'), { recursive: true });
  await writeFile(join(parent, 'outside.txt'), 'secret');
  await writeFile(join(site, 'index.html'), '<!doctype html><title>Gallery</title>');
  await writeFile(join(site, 'assets/app.js'), 'export {};');
  await writeFile(join(site, 'assets/app.css'), 'body{}');
  await writeFile(join(site, 'assets/core.wasm'), Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  await writeFile(join(site, 'assets/a b.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await symlink(join(parent, 'outside.txt'), join(site, 'link.txt'));
  server = await CacheServer.start({ args: ['--static-dir', site] });
});
afterAll(() => server.stop());

it.each([
  ['/', /^text\/html\b/, 'Gallery'],
  ['/index.html', /^text\/html\b/, 'Gallery'],
  ['/assets/app.js', /^text\/javascript\b/, 'export'],
  ['/assets/app.css', /^text\/css\b/, 'body'],
  ['/assets/core.wasm', /^application\/wasm$/, 'asm'],
  ['/assets/a%20b.svg', /^image\/svg\+xml\b/, 'svg'],
])('%s is served', async (target, type, content) => {
  const answer = await server.get(target);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toMatch(type);
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.text).toContain(content);
  const head = await server.send(target, { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(head.headers['content-length']).toBe(String(answer.body.length));
});

it.each([
  '/../outside.txt',
  '/%2e%2e/outside.txt',
  '/..%2foutside.txt',
  '/assets/../../outside.txt',
  '/assets/..%5c..%5coutside.txt',
  '/link.txt',
  '/missing.js',
  '/index.html%00',
  '/assets/missing.css',
])('%s is not', async (target) => {
  const answer = await server.get(target);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.text).not.toContain('secret');
});

it.each(['/actors/0001', '/assets', '//etc/passwd'])(
  '%s is a route of the page: it gets the page',
  async (target) => {
    const answer = await server.get(target);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/html\b/);
    expect(answer.text).toContain('Gallery');
  },
);

it('the API answers beside it', async () => {
  expect((await server.get('/api/cache/manifest')).json().version).toBe('1.0');
  expectProblem(await server.get('/api/cache/nothing'), 404, 'not-found');
});
