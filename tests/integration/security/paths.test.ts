// The `path` parameter takes a local path and nothing else (contract, section 3; design rule 6).
import { readdir, readlink, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';
import { until } from '../../support/until.ts';

let s3: S3;
let server: CacheServer;

beforeAll(async () => {
  s3 = await S3.start();
  // Whoever is not root looks into its descriptors only so.
  server = await CacheServer.start({ args: ['--debuggable', '--s3-endpoint', s3.endpoint] });
  await server.cache('0001', await s3.put('0001/a.jpg', await picture(1)));
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

const images = '.image-cache/images/';

// As they stand on the request line.
const wrongPaths = [
  '/etc/passwd',
  '../../../../etc/passwd',
  '%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  '%252e%252e%252fetc%252fpasswd',
  '.image-cache/manifest.json',
  '.image-cache/images',
  images,
  `${images}0001`,
  `${images}0001/`,
  `${images}../manifest.json`,
  `${images}0001/../../manifest.json`,
  `${images}0001/..%2f..%2fmanifest.json`,
  `${images}0001/%2e%2e/0001/a.jpg`,
  `${images}../images/0001/a.jpg`,
  `${images}0001/b/a.jpg`,
  `${images}/a.jpg`,
  `${images}.hidden/a.jpg`,
  `${images}../a.jpg`,
  `${images}0001/.a.jpg`,
  `${images}0001/.jpg`,
  `${images}0001/a`,
  `${images}0001/a.txt`,
  `${images}0001/a.svg`,
  `${images}0001/a.jpg/`,
  `${images}0001/a.jpg%00`,
  `${images}0001/a%00.jpg`,
  `${images}0001/a%0a.jpg`,
  `${images}0001/a b.jpg`.replace(' ', '%20'),
  `${images}0001/%C3%A9.jpg`,
  `${images}0001/${'a'.repeat(200)}.jpg`,
  `${images}${'a'.repeat(65)}/a.jpg`,
  `/${images}0001/a.jpg`,
  `./${images}0001/a.jpg`,
  'images/0001/a.jpg',
  '0001/a.jpg',
  '.image-cache\\images\\0001\\a.jpg',
  `${images}0001\\a.jpg`,
  '.image-cache%5Cimages%5C0001%5Ca.jpg',
  '.IMAGE-CACHE/images/0001/a.jpg',
  'file:///etc/passwd',
  'C:/a.jpg',
];

describe.each(['image', 'exists'])('GET /api/cache/%s', (endpoint) => {
  it.each(wrongPaths)('refuses the path %s', async (path) => {
    const answer = await server.get(`/api/cache/${endpoint}?path=${path}`);
    expectProblem(answer, 400, 'invalid-path');
    expect(answer.text).not.toContain('passwd');
  });

  it.each(['%', '%zz', 'a%2'])('refuses the broken escape %s', async (path) => {
    const answer = await server.get(`/api/cache/${endpoint}?path=${path}`);
    expectProblem(answer, 400, 'invalid-request');
  });

  it('names the parameter that is missing', async () => {
    const answer = await server.get(`/api/cache/${endpoint}`);
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.json().detail).toContain('path');
  });
});

describe('a path that is one of ours', () => {
  const unknown = `${images}0001/0001_0123456789abcdef.jpg`;

  it('and not cached is answered 404', async () => {
    expectProblem(await server.get(imageTarget(unknown)), 404, 'not-cached');
  });

  it('and not in the index is answered 404, though a file lies there', async () => {
    const stray = `${images}0001/0001_00000000deadbeef.jpg`;
    await writeFile(
      join(server.cacheDir, 'images/0001/0001_00000000deadbeef.jpg'),
      await picture(9),
    );
    expectProblem(await server.get(imageTarget(stray)), 404, 'not-cached');
    expect((await server.get(`/api/cache/exists?path=${stray}`)).json()).toEqual({ exists: false });
  });

  it('and became a link is not followed', async () => {
    const path = await server.cache('0004', await s3.put('0004/a.jpg', await picture(4)));
    const file = join(server.cacheDir, path.replace('.image-cache/', ''));
    await unlink(file);
    await symlink('/etc/passwd', file);
    const answer = await server.get(imageTarget(path));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain('root:');
  });

  it('and in a folder that became a link is not followed', async () => {
    const path = await server.cache('0005', await s3.put('0005/a.jpg', await picture(5)));
    const folder = join(server.cacheDir, 'images/0005');
    await rename(folder, `${server.cacheDir}-elsewhere`);
    await symlink(`${server.cacheDir}-elsewhere`, folder);
    const answer = await server.get(imageTarget(path));
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  it('and lost its file is answered 404, and can be cached again', async () => {
    const url = await s3.put('0006/a.jpg', await picture(6));
    const path = await server.cache('0006', url);
    await unlink(join(server.cacheDir, path.replace('.image-cache/', '')));
    expectProblem(await server.get(imageTarget(path)), 404, 'not-cached');
    const again = await server.cache('0006', url);
    expect((await server.get(imageTarget(again))).status).toBe(200);
  });
});

describe('a picture that is served again and again', () => {
  async function hot(actorId: string, bytes: Buffer): Promise<string> {
    const path = await server.cache(actorId, await s3.put(`${actorId}/hot.jpg`, bytes));
    for (let i = 0; i < 10; i++) {
      expect((await server.get(imageTarget(path))).body.equals(bytes)).toBe(true);
    }
    return path;
  }
  async function deletedButOpen(): Promise<string[]> {
    const folder = `/proc/${server.pid}/fd`;
    const links = (await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => ''));
    return (await Promise.all(links)).filter((link) => /images\/.*\(deleted\)$/.test(link));
  }

  it('is not served any more once it was cleared, and its space is given back', async () => {
    const path = await hot('0011', await picture(11));
    await server.post('/api/cache/clear/0011');
    expectProblem(await server.get(imageTarget(path)), 404, 'not-cached');
    await until('closed', async () => (await deletedButOpen()).length === 0);
  });

  it('is soon not served any more when somebody else deletes it', async () => {
    const path = await hot('0012', await picture(12));
    await unlink(join(server.cacheDir, path.replace('.image-cache/', '')));
    await until('404', async () => (await server.get(imageTarget(path))).status === 404);
    await until('closed', async () => (await deletedButOpen()).length === 0);
  });

  it('is served under every spelling of its path', async () => {
    const bytes = await picture(13);
    const path = await hot('0013', bytes);
    for (const query of [
      `path=${path}`,
      `path=${path.replaceAll('/', '%2f')}`,
      `x=1&path=${path}`,
    ]) {
      const answer = await server.get(`/api/cache/image?${query}`);
      expect(answer.body.equals(bytes)).toBe(true);
    }
  });
});

describe('GET /api/cache/exists', () => {
  it('says whether a path is cached', async () => {
    const path = await server.cache('0007', await s3.put('0007/a.jpg', await picture(7)));
    const target = `/api/cache/exists?path=${encodeURIComponent(path)}`;
    const there = await server.get(target);
    expect(there.status).toBe(200);
    expect(there.headers['content-type']).toMatch(/^application\/json\b/);
    expect(there.json()).toEqual({ exists: true });
    await server.post('/api/cache/clear/0007');
    expect((await server.get(target)).json()).toEqual({ exists: false });
  });
});
