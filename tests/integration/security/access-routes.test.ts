// Every endpoint that the server has, as its table of routes names them: a new one is judged here without anybody's
// thinking of it.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import { expectProblem } from '../../support/problems.ts';

const token = 'correct-horse-battery-staple';
const bearer = { authorization: `Bearer ${token}` };
const foreignPages: Record<string, string>[] = [
  { origin: 'http://evil.example' },
  { origin: 'null' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' }, // another port of this host
  { 'sec-fetch-site': 'cross-site', referer: 'http://evil.example/' },
  { referer: 'http://evil.example/page' }, // of an older browser
  { 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' }, // of no browser
];

const source = readFileSync(
  resolve(import.meta.dirname, '../../../native-server/api/routes.cpp'),
  'utf8',
);
const routes = [...source.matchAll(/router\.(Get|Post|Delete)\(\s*"([^"]+)"/g)].map(
  ([, method = '', path = '']) => ({
    method: method.toUpperCase(),
    path: path.replace(/:\w+$/, '0001'),
  }),
);
const changing = routes.filter(({ method }) => method !== 'GET');
// A page shows pictures with an <img>, which may stand on any page: see resource-policy.test.ts.
const reading = routes.filter(
  ({ method, path }) => method === 'GET' && path !== '/api/cache/image',
);

let server: CacheServer;
beforeAll(async () => {
  const file = join(temporaryFolder(), 'token');
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  server = await CacheServer.start({ args: ['--token-file', file] });
});
afterAll(() => server.stop());

it('are all read from the table of routes', () => {
  expect(routes).toHaveLength(source.match(/router\.(Get|Post|Delete)\(/g)?.length ?? 0);
  expect(changing.length).toBeGreaterThan(6);
  expect(reading.length).toBeGreaterThan(6);
});

describe.each(changing)('$method $path', ({ method, path }) => {
  const ask = (headers: Record<string, string>, target = path, body?: string) =>
    server.send(target, { method, headers, ...(body !== undefined && { body }) });

  it('asks for the token, in the header and nowhere else', async () => {
    expectProblem(await ask({}), 401, 'unauthorized');
    expectProblem(await ask({ authorization: 'Bearer wrong' }), 401, 'unauthorized');
    expectProblem(
      await ask({}, `${path}?access_token=${token}&token=${token}`),
      401,
      'unauthorized',
    );
    expectProblem(await ask({ cookie: `token=${token}` }), 401, 'unauthorized');
    expect((await ask(bearer)).status).not.toBe(401);
  });

  it.each(foreignPages)('refuses a page that says %j, with the token too', async (page) => {
    const answer = await ask({ ...bearer, ...page });
    expectProblem(answer, 403, 'cross-origin-refused');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
    'application/json, text/plain',
    'application/jsonp',
    '',
  ])('takes no body of the type "%s", which a form could send', async (type) => {
    const answer = await ask({ ...bearer, 'content-type': type }, path, '{}');
    expectProblem(answer, 415, 'unsupported-media-type');
  });
});

describe.each(reading)('$method $path', ({ path }) => {
  it.each(foreignPages)('is not for a page that says %j', async (page) => {
    expectProblem(await server.get(path, page), 403, 'cross-origin-refused');
    const head = await server.send(path, { method: 'HEAD', headers: page });
    expect(head.status).toBe(403);
  });

  it('is for allowed pages, for who types the address, and for programs', async () => {
    for (const asks of [
      {},
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:5173' },
      { 'sec-fetch-site': 'same-site', referer: 'http://localhost:5173/page' },
      { referer: `${server.origin}/page` },
    ]) {
      expect((await server.get(path, asks)).status, JSON.stringify(asks)).not.toBe(403);
    }
  });
});
