// Pictures that come and go: those that are kept open, those that lost their file, and `exists`.
import { readdir, readlink, unlink } from 'node:fs/promises';
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
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
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
});

it('a picture that lost its file is answered 404, and can be cached again', async () => {
  const url = await s3.put('0006/a.jpg', await picture(6));
  const path = await server.cache('0006', url);
  await unlink(join(server.cacheDir, path.replace('.image-cache/', '')));
  expectProblem(await server.get(imageTarget(path)), 404, 'not-cached');
  const again = await server.cache('0006', url);
  expect((await server.get(imageTarget(again))).status).toBe(200);
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
