// --usage-model: who is opened next is learnt from the openings, told with its reason, kept over restarts,
// forgotten when somebody says so, and fetched only when that is asked for.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { CacheServer } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { pictureFiles } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';
import { until } from '../../support/until.ts';

interface Predictions {
  enabled: boolean;
  fetches: boolean;
  openings: number;
  actors: number;
  model_bytes: number;
  after: string | null;
  guesses: { actor_id: string; probability: number; reason: string }[];
}

let s3: S3;
const urls = new Map<string, string[]>();
const actors = Array.from({ length: 9 }, (_, i) => `000${i + 1}`);

beforeAll(async () => {
  s3 = await S3.start();
  for (const [i, actor] of actors.entries()) {
    const names = ['a', 'b'].map(async (name, j) =>
      s3.put(`${actor}/${name}.jpg`, await picture(10 * i + j, 'jpeg', 96)),
    );
    urls.set(actor, await Promise.all(names));
  }
});
afterAll(() => s3.stop());

const start = (mode: string, cacheDir?: string): Promise<CacheServer> =>
  CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint, '--usage-model', mode],
    ...(cacheDir === undefined ? {} : { cacheDir }),
  });

const predictions = async (server: CacheServer, after?: string): Promise<Predictions> =>
  (
    await server.get(`/api/cache/predictions${after === undefined ? '' : `?after=${after}`}`)
  ).json() as Predictions;

const cacheAll = (server: CacheServer): Promise<unknown> =>
  Promise.all(actors.map((actor) => server.prefetch(actor, urls.get(actor) ?? [])));

/** As a page opens one: its pictures are wanted at once. */
async function open(server: CacheServer, actor: string): Promise<void> {
  const { openings } = await predictions(server);
  await server.prefetch(actor, urls.get(actor) ?? [], { priority: 'high' });
  await until(`${actor} to be learnt`, async () => (await predictions(server)).openings > openings);
}

async function walk(server: CacheServer, ...ids: string[]): Promise<void> {
  for (const id of ids) await open(server, id);
}

describe('--usage-model learn', () => {
  it('says who is next in a list that is walked along, and why, also after a restart', async () => {
    let server = await start('learn');
    await cacheAll(server);
    await walk(server, '0001', '0002', '0003', '0004', '0005');
    const before = await predictions(server);
    expect(before).toMatchObject({ enabled: true, fetches: false, after: '0005', openings: 5 });
    expect(before.guesses[0]?.actor_id).toBe('0006');
    expect(before.guesses[0]?.reason).not.toBe('');
    expect(before.guesses[0]?.probability).toBeGreaterThan(0.3);
    expect(before.guesses.map(({ actor_id }) => actor_id)).not.toContain('0005');
    const shown = await run(['stats', '--cache-dir', server.cacheDir]);
    expect(shown.stdout).toMatch(/^usage model +5 openings learnt of 9 actors, [\d.]+ K?i?B$/m);
    expect((await predictions(server, '0007')).guesses[0]?.actor_id).toBe('0008');
    expectProblem(await server.get('/api/cache/predictions?after=..'), 400, 'invalid-actor-id');

    expect(await server.stop()).toBe(0);
    server = await start('learn', server.cacheDir);
    const after = await predictions(server, '0005');
    expect(after).toMatchObject({ openings: 5, actors: 9 });
    expect(after.guesses[0]?.actor_id).toBe('0006');

    expect((await server.post('/api/cache/predictions/forget')).json()).toEqual({ forgotten: 9 });
    expect(await predictions(server)).toMatchObject({ openings: 0, actors: 0, guesses: [] });
    expect(await server.stop()).toBe(0);
    server = await start('learn', server.cacheDir);
    expect(await predictions(server)).toMatchObject({ openings: 0, actors: 0, guesses: [] });
    expect(await server.stop()).toBe(0);
  });

  it('does not learn from what a page fetches ahead', async () => {
    const server = await start('learn');
    await cacheAll(server);
    expect((await predictions(server)).openings).toBe(0);
    expect(await server.stop()).toBe(0);
  });
});

describe('--usage-model prefetch', () => {
  it('fetches the first pictures of the one that is probably next, and counts what came true', async () => {
    const server = await start('prefetch');
    await cacheAll(server);
    await walk(server, '0005', '0001');
    for (const s3_url of urls.get('0005') ?? []) {
      expect((await server.post('/api/cache/invalidate', { s3_url })).json()).toEqual({
        removed: true,
      });
    }
    await walk(server, '0002', '0003', '0004');
    await until('the guess to be fetched', async () => {
      const entries = Object.values((await server.manifest()).entries);
      return entries.filter(({ actor_id }) => actor_id === '0005').length === 2;
    });
    // Within two seconds it would be the same visit (shared/eviction/opening_detector.h).
    await new Promise((resolve) => setTimeout(resolve, 2200));
    await open(server, '0005');
    const metrics = (await server.get('/metrics')).text;
    expect(metrics).toContain('image_cache_guessed_pictures_total 2');
    expect(metrics).toContain('image_cache_guessed_actors_opened_total 1');
    expect((await server.stats()) as unknown).toMatchObject({
      usage: { fetches: true, guessed_actors: 1, opened_actors: 1, fetched_pictures: 2 },
    });
    expect(await server.stop()).toBe(0);
  });

  it('fetches the first pictures of who is opened most when the server starts', async () => {
    const learning = await start('learn');
    await cacheAll(learning);
    await walk(learning, '0003', '0004');
    expect(await learning.stop()).toBe(0);
    for (const file of await pictureFiles(learning.cacheDir)) {
      await rm(join(learning.cacheDir, file));
    }
    // Who only learns asks the origin for nothing.
    const again = await start('learn', learning.cacheDir);
    expect((await again.stats()) as unknown).not.toHaveProperty('warming');
    expect(await again.stop()).toBe(0);

    const server = await start('prefetch', learning.cacheDir);
    const warming = await until('the end of the warming', async () => {
      const stats = (await server.stats()) as unknown as { warming: { state: string } };
      return stats.warming.state === 'done' ? stats.warming : undefined;
    });
    expect(warming).toMatchObject({ actors: 2, fetched: 4, failed: 0 });
    const cached = Object.values((await server.manifest()).entries).map((entry) => entry.actor_id);
    expect(cached.sort()).toEqual(['0003', '0003', '0004', '0004']);
    expect(await server.stop()).toBe(0);
  });

  it('does not bring back what somebody has cleared', async () => {
    const server = await start('prefetch');
    await cacheAll(server);
    await walk(server, '0005', '0001');
    expect((await server.post('/api/cache/clear/0005')).status).toBe(200);
    await walk(server, '0002', '0003', '0004');
    expect((await predictions(server)).guesses[0]?.actor_id).toBe('0005');
    // Whoever is guessed next is looked at four times a second.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const entries = Object.values((await server.manifest()).entries);
    expect(entries.filter(({ actor_id }) => actor_id === '0005')).toEqual([]);
    expect(await server.stop()).toBe(0);
  });
});

it('is off by itself: nothing is learnt, kept or told', async () => {
  const server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  await server.prefetch('0001', urls.get('0001') ?? [], { priority: 'high' });
  expect(await predictions(server)).toEqual({
    enabled: false,
    fetches: false,
    openings: 0,
    actors: 0,
    model_bytes: 0,
    after: null,
    guesses: [],
  });
  expect((await server.stats()) as unknown).not.toHaveProperty('usage');
  expect((await server.get('/metrics')).text).not.toContain('image_cache_usage');
  expect(await server.stop()).toBe(0);
});
