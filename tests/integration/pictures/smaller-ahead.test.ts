// Smaller pictures that are made before anybody asks for them.
import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { S3 } from '../../support/s3.ts';
import { until } from '../../support/until.ts';

let s3: S3;
beforeAll(async () => {
  s3 = await S3.start();
});
afterAll(async () => {
  await s3.stop();
});

const start = (...args: string[]): Promise<CacheServer> =>
  CacheServer.start({ args: ['--s3-endpoint', s3.endpoint, ...args] });

interface SmallerStats {
  smaller: { pictures: number; made: number; made_ahead: number };
}
const smallerStats = async (on: CacheServer) =>
  ((await on.stats()) as unknown as SmallerStats).smaller;

/** The target of a new picture that the server has downloaded. */
async function downloaded(on: CacheServer, key: string, seed: number): Promise<string> {
  const [actorId = ''] = key.split('/');
  return imageTarget(await on.cache(actorId, await s3.put(key, await picture(seed, 'jpeg', 640))));
}

it('makes the widths that were asked for lately of what is downloaded', async () => {
  const server = await start();
  try {
    const first = await downloaded(server, 'ahead/a.jpg', 1);
    expect((await smallerStats(server)).made_ahead).toBe(0);
    await server.get(`${first}&w=256`);
    await server.get(`${first}&w=128`);

    const second = await downloaded(server, 'ahead/b.jpg', 2);
    await until('both widths are made', async () => (await smallerStats(server)).made_ahead === 2);
    const answers = await Promise.all([256, 128].map((w) => server.get(`${second}&w=${w}`)));
    expect(answers.map(({ headers }) => headers['etag'])).toEqual([
      expect.stringContaining('.w256.'),
      expect.stringContaining('.w128.'),
    ]);
    expect(await smallerStats(server)).toMatchObject({ pictures: 4, made: 4 });
  } finally {
    await server.stop();
  }
});

it('makes none that nobody has asked for', async () => {
  const server = await start('--image-widths-ahead', '0');
  try {
    const first = await downloaded(server, 'off/a.jpg', 3);
    await server.get(`${first}&w=256`);
    const second = await downloaded(server, 'off/b.jpg', 4);
    // Whatever would be made of the second began before this, and there is one worker for both.
    await server.get(`${first}&w=128`);
    expect(await smallerStats(server)).toMatchObject({ pictures: 2, made: 2, made_ahead: 0 });
    await server.get(`${second}&w=256`);
    expect((await smallerStats(server)).made).toBe(3);
  } finally {
    await server.stop();
  }
});

it('lets no other go for them', async () => {
  // An eighth of it is for smaller pictures, which are some blocks each.
  const server = await start('--max-size', '4M');
  const metric = async (name: string): Promise<number> => {
    const { text } = await server.get('/metrics');
    return Number(new RegExp(`^image_cache_smaller_${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  try {
    const first = await downloaded(server, 'room/0.jpg', 10);
    const asked = [64, 128, 256, 384].map((w) => `${first}&w=${w}`);
    for (const target of asked) await server.get(target);
    const another = 8;
    for (let i = 1; i <= another; i += 1) await downloaded(server, `room/${i}.jpg`, 10 + i);
    await until('none waits', async () => (await metric('ahead_waiting')) === 0);
    expect(await metric('made_ahead_total')).toBeGreaterThan(0);
    expect(await metric('made_ahead_total')).toBeLessThan(another * asked.length);
    expect(await metric('evicted_total')).toBe(0);

    const { made } = await smallerStats(server);
    for (const target of asked) await server.get(target);
    expect((await smallerStats(server)).made).toBe(made);
  } finally {
    await server.stop();
  }
});

it('says what is wrong with a time', async () => {
  await expect(start('--image-widths-ahead', 'soon')).rejects.toThrow(
    /--image-widths-ahead: 'soon' is not a time; write it as 7d, 12h, 10m, 30s, or 0/,
  );
});
