// Damage that nobody asks about: what `serve --scrub` finds on its own, and what a power loss may not do.
import { cp, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/files.ts';
import { cacheFive, fileOf, metric } from '../../support/five-pictures.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';
import { until } from '../../support/until.ts';

let s3: S3;

beforeAll(async () => {
  s3 = await S3.start();
});
afterAll(() => s3.stop());

const start = (cacheDir: string, args: string[] = []): Promise<CacheServer> =>
  CacheServer.start({ cacheDir, args: ['--s3-endpoint', s3.endpoint, ...args] });

const verify = (cacheDir: string, ...args: string[]): ReturnType<typeof run> =>
  run(['verify', '--cache-dir', cacheDir, ...args]);

describe('serve --scrub', () => {
  it('finds and drops what is damaged, unasked', async () => {
    const cacheDir = join(temporaryFolder(), 'cache');
    const first = await start(cacheDir);
    const filled = await cacheFive(first, s3);
    expect(await first.stop()).toBe(0);
    const damaged = fileOf(cacheDir, filled.paths['d'] ?? '');
    await writeFile(damaged, Buffer.alloc((await stat(damaged)).size));

    const server = await start(cacheDir, ['--scrub', '100MB']);
    await until('a round is over', async () => {
      return (await metric(server, 'image_cache_scrub_rounds_total')) === 1;
    });
    expect(await metric(server, 'image_cache_scrub_repaired_total')).toBe(1);
    expect(Object.keys((await server.manifest()).entries)).not.toContain(filled.urls['d']);
    expect(await server.stop()).toBe(0);
  });
});

describe('after a power loss', () => {
  it('a young picture that is damaged is never served, and comes again', async () => {
    const cacheDir = join(temporaryFolder(), 'cache');
    const killed = await start(cacheDir);
    const filled = await cacheFive(killed, s3);
    await killed.kill();
    const damaged = ['b', 'c', 'd'];
    const zeros = fileOf(cacheDir, filled.paths['b'] ?? '');
    await writeFile(zeros, Buffer.alloc((await stat(zeros)).size));
    await truncate(fileOf(cacheDir, filled.paths['c'] ?? ''), 0);
    const half = fileOf(cacheDir, filled.paths['d'] ?? '');
    const { size } = await stat(half);
    await truncate(half, 512);
    await truncate(half, size); // the rest is zeros

    const server = await start(cacheDir);
    for (const name of damaged) {
      const answer = await server.get(imageTarget(filled.paths[name] ?? ''));
      expectProblem(answer, 404, 'not-cached');
    }
    for (const [i, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      const url = encodeURIComponent(filled.urls[name] ?? '');
      const answer = await server.get(`/api/cache/image?url=${url}`);
      expect(answer.status).toBe(200);
      expect(answer.body.equals(await picture(i)), name).toBe(true);
    }
    await until('all is proved', async () => {
      return (await metric(server, 'image_cache_unproven_entries')) === 0;
    });
    expect(await metric(server, 'image_cache_unproven_dropped_total')).toBe(3);
    expect(await server.stop()).toBe(0);
    expect(await verify(cacheDir)).toMatchObject({ code: 0 });
  });

  it('an older picture is trusted until it is verified', async () => {
    const cacheDir = join(temporaryFolder(), 'cache');
    const first = await start(cacheDir);
    const filled = await cacheFive(first, s3);
    expect(await first.stop()).toBe(0); // with a checkpoint
    const second = await start(cacheDir);
    const url = await s3.put('0002/young.jpg', await picture(9));
    const young = await second.cache('0002', url);
    await second.kill();
    const copy = join(temporaryFolder(), 'copy');
    await cp(cacheDir, copy, { recursive: true });
    for (const path of [filled.paths['a'] ?? '', young]) {
      const file = fileOf(copy, path);
      await writeFile(file, Buffer.alloc((await stat(file)).size));
    }
    const server = await start(copy);
    expect((await server.get(imageTarget(filled.paths['a'] ?? ''))).status).toBe(200);
    expect((await server.get(imageTarget(young))).status).toBe(404);
    expect((await verify(copy, '--repair')).code).toBe(0);
    expect((await server.get(imageTarget(filled.paths['a'] ?? ''))).status).toBe(404);
    expect(await server.stop()).toBe(0);
  });
});
