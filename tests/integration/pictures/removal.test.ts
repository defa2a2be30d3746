import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { filesBelow } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';

let s3: S3;
let server: CacheServer;
const bodies = new Map<string, Buffer>();

beforeAll(async () => {
  s3 = await S3.start();
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  for (const [i, key] of ['0001/a.jpg', '0001/b.jpg', '0002/a.jpg'].entries()) {
    const body = await picture(i);
    bodies.set(await s3.put(key, body), body);
  }
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});
beforeEach(async () => {
  await server.prefetch('0001', [s3.url('0001/a.jpg'), s3.url('0001/b.jpg')]);
  await server.prefetch('0002', [s3.url('0002/a.jpg')]);
});

const sizeOf = (...keys: string[]): number =>
  keys.reduce((sum, key) => sum + (bodies.get(s3.url(key))?.length ?? NaN), 0);
const filesLeft = (): Promise<string[]> => filesBelow(join(server.cacheDir, 'images'));

describe('POST /api/cache/invalidate', () => {
  it('removes one picture, its entry and its file', async () => {
    const url = s3.url('0001/a.jpg');
    const path = (await server.manifest()).entries[url]?.local_path ?? '';
    const answer = await server.post('/api/cache/invalidate', { s3_url: url });
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ removed: true });
    expect((await server.manifest()).entries[url]).toBeUndefined();
    expectProblem(await server.get(imageTarget(path)), 404, 'not-cached');
    await expect.poll(filesLeft).toHaveLength(2);
    expect(await filesLeft()).not.toContain(path.replace('.image-cache/images/', ''));
  });

  it('knows the object under its other names', async () => {
    const signed = `${s3.url('0001/a.jpg')}?X-Amz-Signature=00&X-Amz-Expires=900`;
    expect((await server.post('/api/cache/invalidate', { s3_url: signed })).json()).toEqual({
      removed: true,
    });
    const short = 's3://training/0001/b.jpg';
    expect((await server.post('/api/cache/invalidate', { s3_url: short })).json()).toEqual({
      removed: true,
    });
  });

  it('says so when there was nothing to remove', async () => {
    const answer = await server.post('/api/cache/invalidate', { s3_url: s3.url('0009/none.jpg') });
    expect(answer.json()).toEqual({ removed: false });
    await expect.poll(filesLeft).toHaveLength(3);
  });

  it('makes the next prefetch ask S3 again, and shows what is new under another name', async () => {
    const url = s3.url('0002/a.jpg');
    const before = (await server.manifest()).entries[url]?.local_path;
    const changed = await picture(50);
    await s3.put('0002/a.jpg', changed);
    await server.post('/api/cache/invalidate', { s3_url: url });
    const after = await server.cache('0002', url);
    expect(after).not.toBe(before);
    expect((await server.get(imageTarget(after))).body.equals(changed)).toBe(true);
    bodies.set(url, changed);
  });

  it.each<[unknown, string]>([
    [{}, 'invalid-request'],
    [{ s3_url: 5 }, 'invalid-request'],
    [[], 'invalid-request'],
    ['{', 'invalid-json'],
    [{ s3_url: 'no url' }, 'invalid-url'],
    [{ s3_url: '' }, 'invalid-url'],
    [{ s3_url: 's3://bucket' }, 'invalid-url'],
  ])('refuses %j with %s', async (body, slug) => {
    expectProblem(await server.post('/api/cache/invalidate', body), 400, slug);
    await expect.poll(filesLeft).toHaveLength(3);
  });

  it('refuses a URL of more than 8 KiB', async () => {
    const long = `${s3.url('0001/a.jpg')}?x=${'a'.repeat(8 * 1024)}`;
    const answer = await server.post('/api/cache/invalidate', { s3_url: long });
    expect([400, 414]).toContain(answer.status);
    expectProblem(answer, answer.status, answer.status === 414 ? 'url-too-long' : 'invalid-url');
  });
});

describe('POST /api/cache/clear/:actorId', () => {
  it('removes the pictures of that actor and no other', async () => {
    const answer = await server.post('/api/cache/clear/0001');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ removed: 2, bytes_freed: sizeOf('0001/a.jpg', '0001/b.jpg') });
    expect(Object.keys((await server.manifest()).entries)).toEqual([s3.url('0002/a.jpg')]);
    await expect.poll(filesLeft).toHaveLength(1);
  });

  it('removes nothing for an actor without pictures', async () => {
    expect((await server.post('/api/cache/clear/nobody')).json()).toEqual({
      removed: 0,
      bytes_freed: 0,
    });
    await expect.poll(filesLeft).toHaveLength(3);
  });

  it('needs no body, and does not mind an empty object', async () => {
    expect((await server.post('/api/cache/clear/0001', {})).json()).toMatchObject({ removed: 2 });
  });

  it.each(['.hidden', '%2e%2e', '..%2f0002', 'a%2Fb', 'x'.repeat(65), '%00', '%C3%A9', '*'])(
    'refuses the actor "%s"',
    async (actor) => {
      expectProblem(await server.post(`/api/cache/clear/${actor}`), 400, 'invalid-actor-id');
      await expect.poll(filesLeft).toHaveLength(3);
    },
  );
});

describe('POST /api/cache/clear-all', () => {
  it('removes everything', async () => {
    const answer = await server.post('/api/cache/clear-all');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      removed: 3,
      bytes_freed: sizeOf('0001/a.jpg', '0001/b.jpg', '0002/a.jpg'),
    });
    expect((await server.manifest()).entries).toEqual({});
    await expect.poll(filesLeft).toEqual([]);
    expect((await server.post('/api/cache/clear-all')).json()).toEqual({
      removed: 0,
      bytes_freed: 0,
    });
  });
});
