// What is acknowledged is kept (design rule 3), and manifest.json is whole at any instant.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget, type Manifest } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';
import { until } from '../../support/until.ts';

let s3: S3;

beforeAll(async () => {
  s3 = await S3.start();
});
afterAll(() => s3.stop());

const start = (cacheDir?: string): Promise<CacheServer> =>
  CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint],
    ...(cacheDir === undefined ? {} : { cacheDir }),
  });

/** manifest.json on the disk; undefined when there is none. Throws when it is not whole. */
async function manifestFile(server: CacheServer): Promise<Manifest | undefined> {
  const text = await readFile(join(server.cacheDir, 'manifest.json'), 'utf8').catch(
    () => undefined,
  );
  return text === undefined ? undefined : (JSON.parse(text) as Manifest);
}

describe('a restart', () => {
  it('keeps every entry, path and validator', async () => {
    const bytes = await picture(1);
    const url = await s3.put('restart/a.jpg', bytes);
    const first = await start();
    const path = await first.cache('0001', url);
    const before = (await first.manifest()).entries;
    const { etag, 'last-modified': modified } = (await first.get(imageTarget(path))).headers;
    expect(await first.stop()).toBe(0);

    const second = await start(first.cacheDir);
    expect((await second.manifest()).entries).toEqual(before);
    const answer = await second.get(imageTarget(path));
    expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({ etag, 'last-modified': modified });
    const gets = s3.gets.length;
    expect((await second.prefetch('0001', [url])).already_cached).toBe(1);
    expect(s3.gets.length).toBe(gets);
    expect(await second.stop()).toBe(0);
  });

  it('gives the manifest an ETag that no older content had', async () => {
    const first = await start();
    await first.cache('0001', await s3.put('restart/b.jpg', await picture(2)));
    const before = (await first.get('/api/cache/manifest')).headers.etag ?? '';
    await first.stop();
    const second = await start(first.cacheDir);
    await second.post('/api/cache/clear-all');
    await second.cache('0001', await s3.put('restart/c.jpg', await picture(3)));
    const answer = await second.get('/api/cache/manifest', { 'if-none-match': before });
    expect(answer.status).toBe(200);
    await second.stop();
  });
});

describe('kill -9', () => {
  it('right after an acknowledged prefetch loses nothing', async () => {
    const bodies = await Promise.all([11, 12, 13, 14].map((seed) => picture(seed)));
    const urls = await Promise.all(bodies.map((body, i) => s3.put(`kill/${i}.jpg`, body)));
    let cacheDir: string | undefined;
    for (const [i, url] of urls.entries()) {
      const server = await start(cacheDir);
      cacheDir = server.cacheDir;
      await server.cache('0001', url);
      await server.kill();

      const again = await start(cacheDir);
      const { entries } = await again.manifest();
      expect(Object.keys(entries).sort()).toEqual(urls.slice(0, i + 1).sort());
      const image = await again.get(imageTarget(entries[url]?.local_path ?? ''));
      expect(image.body.equals(bodies[i] ?? Buffer.alloc(0))).toBe(true);
      await again.kill();
    }
  });

  it('right after an acknowledged removal brings nothing back', async () => {
    const url = await s3.put('kill/removed.jpg', await picture(15));
    const server = await start();
    const path = await server.cache('0001', url);
    await server.post('/api/cache/invalidate', { s3_url: url });
    await server.kill();
    const again = await start(server.cacheDir);
    expect((await again.manifest()).entries).toEqual({});
    expectProblem(await again.get(imageTarget(path)), 404, 'not-cached');
    await again.stop();
  });
});

describe('manifest.json', () => {
  it('is whole at any instant, and soon tells everything', async () => {
    const server = await start();
    const urls = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => s3.put(`whole/${i}.jpg`, await picture(100 + i))),
    );
    let running = true;
    const prefetches = Promise.all(
      urls.map((url, i) => server.cache(`actor-${i % 7}`, url)),
    ).finally(() => {
      running = false;
    });
    let looks = 0;
    while (running) {
      const manifest = await manifestFile(server);
      if (manifest !== undefined) {
        expect(manifest.version).toBe('1.0');
        looks += 1;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await prefetches;
    expect(looks).toBeGreaterThan(0);
    const complete = await until('60 entries in the file', async () => {
      const manifest = await manifestFile(server);
      return manifest !== undefined && Object.keys(manifest.entries).length === 60
        ? manifest
        : undefined;
    });
    expect(complete.entries).toEqual((await server.manifest()).entries);
    await server.post('/api/cache/clear-all');
    await until('no entries in the file', async () => {
      const manifest = await manifestFile(server);
      return manifest !== undefined && Object.keys(manifest.entries).length === 0;
    });
    expect(await server.stop()).toBe(0);
  });

  it('is up to date when the server has stopped', async () => {
    const server = await start();
    await server.cache('0001', await s3.put('stop/a.jpg', await picture(16)));
    const { entries } = await server.manifest();
    await server.stop();
    expect((await manifestFile(server))?.entries).toEqual(entries);
  });
});

describe('rm -rf of the pictures under a running server', () => {
  it('clears the cache: the server goes on and fetches again', async () => {
    const server = await start();
    const bytes = await picture(17);
    const url = await s3.put('rm/a.jpg', bytes);
    const path = await server.cache('0001', url);
    await rm(join(server.cacheDir, 'images'), { recursive: true });
    expectProblem(await server.get(imageTarget(path)), 404, 'not-cached');
    const again = await server.cache('0001', url);
    expect((await server.get(imageTarget(again))).body.equals(bytes)).toBe(true);
    expect(await server.stop()).toBe(0);
  });
});
