// --max-size is never exceeded (design rule 5), by all that du counts; whole actors go, those that are opened
// least first.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { pictureFiles } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, halfThen } from '../../support/scripts.ts';
import { Gate, until } from '../../support/until.ts';

// What an empty cache takes, or may take: folders, index and its log, manifest.json. Then, for each picture,
// its place in those, and for each actor its folder.
const EMPTY = 246_000;
const PER_PICTURE = 2_900;
const PER_ACTOR = 4_400;
const limitFor = (pictureBytes: number, pictures: number, actors: number): number =>
  EMPTY + pictureBytes + pictures * PER_PICTURE + actors * PER_ACTOR;

let s3: S3;

beforeAll(async () => {
  s3 = await S3.start();
});
afterAll(() => s3.stop());

async function sizeOnDisk(server: CacheServer): Promise<number> {
  const sizes = await Promise.all(
    (await pictureFiles(server.cacheDir)).map((file) =>
      stat(join(server.cacheDir, file)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const putActor = (actor: string, count: number, seed: number): Promise<string[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, i) =>
      s3.put(`${actor}/${i}.jpg`, await picture(seed + i, 'jpeg', 96)),
    ),
  );

it('the actor that is opened least makes room', async () => {
  // Space is counted in the file system's blocks: each of these pictures takes two.
  // Three actors of three, and what the three downloads that run for the fourth may need besides.
  const maxBytes = limitFor(9 * 2 * 4096, 12, 6);
  const server = await CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint, '--max-size', String(maxBytes)],
  });
  const paths: Record<string, string> = {};
  for (const [i, actor] of ['a', 'b', 'c'].entries()) {
    const report = await server.prefetch(actor, await putActor(actor, 3, i * 10));
    expect(report.cached).toBe(3);
    paths[actor] = report.results[0]?.local_path ?? '';
  }
  // Opening "a" makes "b" the one that was opened longest ago.
  expect((await server.get(imageTarget(paths['a'] ?? ''))).status).toBe(200);
  expect((await server.prefetch('d', await putActor('d', 3, 30))).cached).toBe(3);

  const stats = await server.stats();
  expect(stats.actors.map((actor) => actor['actor_id'])).toEqual(['a', 'c', 'd']);
  expect(stats.evictions).toBe(3);
  expect(stats.evicted_bytes).toBeGreaterThan(0);
  expectProblem(await server.get(imageTarget(paths['b'] ?? '')), 404, 'not-cached');
  expect(await server.stop()).toBe(0);
});

it('the limit holds at every moment while much more is prefetched', async () => {
  const maxBytes = limitFor(100_000, 12, 4);
  const server = await CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint, '--max-size', String(maxBytes)],
  });
  const actors = Array.from({ length: 8 }, (_, i) => `many-${i}`);
  const urls = await Promise.all(actors.map((actor, i) => putActor(actor, 5, 100 + i * 10)));
  let running = true;
  const prefetches = Promise.all(
    actors.map((actor, i) => server.prefetch(actor, urls[i] ?? [])),
  ).finally(() => {
    running = false;
  });
  let looks = 0;
  while (running) {
    expect(await sizeOnDisk(server)).toBeLessThanOrEqual(maxBytes);
    expect((await server.stats()).total_size_bytes).toBeLessThanOrEqual(maxBytes);
    looks += 1;
  }
  await prefetches;
  expect(looks).toBeGreaterThan(0);
  const stats = await server.stats();
  expect(stats.evictions).toBeGreaterThan(0);
  expect(await sizeOnDisk(server)).toBe(stats.total_size_bytes);
  expect(await server.stop()).toBe(0);
});

it('a picture that is larger than everything is refused and evicts nobody', async () => {
  const server = await CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint, '--max-size', String(limitFor(50_000, 2, 2))],
  });
  await server.prefetch('small', [await s3.put('small.jpg', await picture(1))]);
  const report = await server.prefetch('large', [
    await s3.put('large.png', await picture(2, 'png', 200)),
  ]);
  expect(report.results[0]).toMatchObject({
    status: 'failed',
    error: 'too-large',
    retryable: false,
  });
  const stats = await server.stats();
  expect(stats).toMatchObject({ total_entries: 1, evictions: 0 });
  expect(await server.stop()).toBe(0);
});

it('a picture that finds no room beside a running download is refused until that has ended', async () => {
  const origin = await ScriptedOrigin.start();
  const gate = new Gate();
  const first = origin.on('/first.jpg', halfThen(gate, await picture(1, 'jpeg', 96)));
  const second = origin.on('/second.jpg', answer(200, await picture(2, 'jpeg', 96)));
  const server = await CacheServer.start({
    args: ['--origin', origin.url, '--max-size', String(limitFor(2 * 4096, 1, 1))], // one picture
  });
  const running = server.prefetch('first', [first]);
  await until('half of it on the disk', async () => (await sizeOnDisk(server)) > 0);
  expect((await server.prefetch('second', [second])).results[0]).toMatchObject({
    status: 'failed',
    error: 'storage-full',
    detail: expect.stringMatching(/\S/),
  });
  gate.open();
  expect((await running).cached).toBe(1);
  expect(await server.stats()).toMatchObject({ total_entries: 1, evictions: 0 });

  expect((await server.prefetch('second', [second])).cached).toBe(1);
  expect(Object.keys((await server.manifest()).entries)).toEqual([second]);
  expect(await server.stop()).toBe(0);
  await origin.stop();
});

it('a disk that has less free than --min-free takes no picture, and reads go on', async () => {
  const cached = await s3.put('kept.jpg', await picture(1));
  const args = ['--s3-endpoint', s3.endpoint];
  const roomy = await CacheServer.start({ args });
  const path = await roomy.cache('kept', cached);
  await roomy.stop();

  const full = await CacheServer.start({
    cacheDir: roomy.cacheDir,
    args: [...args, '--min-free', '1000TiB'],
  });
  const report = await full.prefetch('new', [await s3.put('new.jpg', await picture(2))]);
  expect(report.results[0]).toMatchObject({ status: 'failed', error: 'storage-full' });
  expect((await full.get(imageTarget(path))).status).toBe(200);
  expect(await full.stats()).toMatchObject({ total_entries: 1, evictions: 0 });
  expect(await full.stop()).toBe(0);
});
