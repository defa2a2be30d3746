// Who may make the server fetch with a GET: any page can send one with an <img>.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { throughTarget } from '../../support/read-through.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';

let origin: ScriptedOrigin;
let server: CacheServer;
let target: string;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  const url = origin.on('/bucket/0001/a.jpg', answer(200, await picture(1)));
  target = throughTarget(url);
  server = await CacheServer.start({ args: ['--origin', origin.url] });
});
afterAll(async () => {
  await server.stop();
  await origin.stop();
});

const allowed = 'http://localhost:5173';

it.each([
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another port of this host', { 'sec-fetch-site': 'same-site' }],
  [
    'another site, by its Referer',
    { 'sec-fetch-site': 'cross-site', referer: 'http://evil.example/' },
  ],
  ['another site, by its Origin', { origin: 'http://evil.example' }],
  ['another site, of an older browser', { referer: 'http://evil.example/page' }],
  ['a name that begins like an allowed one', { referer: `${allowed}.evil.example/` }],
  ['a page without an origin', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
  [
    'another site with an allowed Referer and its own Origin',
    { origin: 'http://evil.example', referer: `${allowed}/` },
  ],
])('refuses a page of %s', async (_, headers) => {
  const requests = origin.requests.length;
  expectProblem(await server.get(target, headers), 403, 'cross-origin-refused');
  expect(origin.requests).toHaveLength(requests);
});

it.each([
  ['a program', () => ({})],
  ['the page that the server serves', () => ({ 'sec-fetch-site': 'same-origin' })],
  ['a person who typed the address', () => ({ 'sec-fetch-site': 'none' })],
  [
    'an allowed page with an <img>',
    () => ({ 'sec-fetch-site': 'same-site', referer: `${allowed}/x` }),
  ],
  ['an allowed page with fetch()', () => ({ 'sec-fetch-site': 'cross-site', origin: allowed })],
  ['a page of its own, of an older browser', () => ({ referer: `${server.origin}/page?x` })],
])('answers %s', async (_, headers) => {
  expect((await server.get(target, headers())).status).toBe(200);
});

it('asks for the token before it fetches, and not for what is stored', async () => {
  const tokenFile = join(temporaryFolder(), 'token');
  await writeFile(tokenFile, 'secret\n');
  const guarded = await CacheServer.start({
    args: ['--origin', origin.url, '--token-file', tokenFile],
  });
  const requests = origin.requests.length;
  const refused = await guarded.get(target);
  expectProblem(refused, 401, 'unauthorized');
  expect(refused.headers['www-authenticate']).toBe('Bearer');
  expect(origin.requests).toHaveLength(requests);
  const fetched = await guarded.get(target, { authorization: 'Bearer secret' });
  expect(fetched.status).toBe(200);
  // The last byte may be here before the picture is in the index.
  await until('it is stored', async () => (await guarded.stats()).total_entries === 1);
  expect((await guarded.get(target)).status).toBe(200);
  await guarded.stop();
});
