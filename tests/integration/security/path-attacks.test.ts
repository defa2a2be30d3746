// No file leaves but a picture that is cached, whatever the path says (path-attacks.json; contract,
// section 3; design rule 6). Beside every answer: not a byte of the canaries that lie around.
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import type { Answer } from '../../support/http.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';
import attacks from './path-attacks.json' with { type: 'json' };

const canary = 'CANARY-5b1c7e0d';
const statusOf: Record<string, number> = {
  'invalid-path': 400,
  'invalid-request': 400,
  'not-cached': 404,
};

let s3: S3;
let server: CacheServer;
let canaryFile: string;

beforeAll(async () => {
  s3 = await S3.start();
  const site = join(temporaryFolder(), 'site');
  await makeSite(site);
  const cacheDir = join(temporaryFolder(), 'cache');
  server = await CacheServer.start({
    cacheDir,
    args: ['--s3-endpoint', s3.endpoint, '--static-dir', site],
  });
  await server.cache('0001', await s3.put('0001/a.jpg', await picture(1)));
  canaryFile = join(dirname(cacheDir), 'canary.jpg');
  for (const place of [
    canaryFile,
    join(cacheDir, 'canary.jpg'),
    join(cacheDir, 'images/canary.jpg'),
    join(cacheDir, 'images/0001/canary.jpg'),
    join(cacheDir, 'images/0001/0001_00000000deadbeef.jpg'),
  ]) {
    await writeFile(place, canary);
  }
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

async function makeSite(site: string): Promise<void> {
  const outside = dirname(site);
  await mkdir(join(site, 'assets'), { recursive: true });
  await mkdir(join(site, '.git'));
  await mkdir(join(site, 'folder.jpg'));
  await writeFile(join(site, 'index.html'), '<p>index</p>');
  for (const place of ['.env', '.git/config.txt', '../canary.jpg']) {
    await writeFile(join(site, place), canary);
  }
  await symlink(join(outside, 'canary.jpg'), join(site, 'link.jpg'));
  await symlink('index.html', join(site, 'within.html'));
  await symlink(outside, join(site, 'linked'));
  execFileSync('mkfifo', [join(site, 'fifo.jpg')]);
}

/** What the table writes with braces. */
function spelled(text: string): string {
  return text
    .replaceAll('{images}', '.image-cache/images/')
    .replaceAll('{canary}', canaryFile)
    .replace(/\{([^}]+)\*(\d+)\}/g, (_, piece: string, times: string) =>
      piece.repeat(Number(times)),
    );
}

function expectRefusal(answer: Answer, problem: string): void {
  expect(answer.text).not.toContain(canary);
  expect(answer.text).not.toContain('root:');
  expectProblem(answer, statusOf[problem] ?? 0, problem);
}

/** `exists` has an answer for what is a path of ours and not there. */
function expectNotThere(answer: Answer, problem: string): void {
  if (problem !== 'not-cached') return expectRefusal(answer, problem);
  expect(answer.json()).toEqual({ exists: false });
}

it('the tables are long enough to be worth their name', () => {
  expect(attacks.path.length + attacks.query.length).toBeGreaterThan(100);
  expect(attacks.static.length).toBeGreaterThan(30);
});

describe('a path', () => {
  it.each(attacks.path)('is refused: $name', async ({ path, expect: problem }) => {
    const query = `path=${spelled(path)}`;
    expectRefusal(await server.get(`/api/cache/image?${query}`), problem);
    expectNotThere(await server.get(`/api/cache/exists?${query}`), problem);
    expect((await server.send(`/api/cache/image?${query}`, { method: 'HEAD' })).text).toBe('');
  });
});

describe('a query', () => {
  it.each(attacks.query)('is refused: $name', async ({ query, expect: problem }) => {
    expectRefusal(await server.get(`/api/cache/image?${spelled(query)}`), problem);
    expectNotThere(await server.get(`/api/cache/exists?${spelled(query)}`), problem);
  });

  it('names the parameter that is missing', async () => {
    const answer = await server.get('/api/cache/image');
    expect(answer.json().detail).toContain('path');
  });
});

describe('a path of the page that is served', () => {
  it.each(attacks.static)('is refused: $name', async ({ static: target, expect: status }) => {
    const answer = await server.get(spelled(target));
    expect(answer.text).not.toContain(canary);
    expect(answer.text).not.toContain('root:');
    expect(answer.status, answer.text.slice(0, 200)).toBe(status);
  });

  it('is served when it is one', async () => {
    expect((await server.get('/index.html')).text).toBe('<p>index</p>');
  });
});

it('a picture is served under every spelling of its own path', async () => {
  const bytes = await picture(13);
  const path = await server.cache('0013', await s3.put('0013/a.jpg', bytes));
  for (const target of [
    imageTarget(path),
    `/api/cache/image?path=${path}`,
    `/api/cache/image?path=${path.replaceAll('/', '%2f')}`,
    `/api/cache/image?x=1&path=${path}`,
  ]) {
    expect((await server.get(target)).body.equals(bytes)).toBe(true);
  }
});
