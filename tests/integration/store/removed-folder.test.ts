// `rm -rf` of the cache folder is a supported way to clear it, also while the server works (design rule 9).
import { execFile } from 'node:child_process';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { pictureFiles, temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { throughTarget } from '../../support/read-through.ts';
import { S3 } from '../../support/s3.ts';
import { until } from '../../support/until.ts';

const execute = promisify(execFile);

let s3: S3;
const bodies = new Map<string, Buffer>();

beforeAll(async () => {
  s3 = await S3.start();
  for (let i = 0; i < 24; i += 1) {
    const body = await picture(i, 'jpeg', 64 + 8 * i);
    bodies.set(await s3.put(`0001/${i}.jpg`, body), body);
  }
});
afterAll(() => s3.stop());

/** Until it has worked: a server that writes meanwhile makes "Directory not empty" of one run. */
const removeAll = (...paths: string[]): Promise<unknown> =>
  until(`rm -rf ${paths.join(' ')}`, () =>
    execute('rm', ['-rf', ...paths]).then(
      () => true,
      () => false,
    ),
  );

const ways: [string, (cacheDir: string) => Promise<unknown>][] = [
  ['rm -rf DIR', (dir) => removeAll(dir)],
  [
    'rm -rf DIR/*',
    async (dir) => removeAll(...(await readdir(dir)).map((name) => join(dir, name))),
  ],
  ['mv DIR elsewhere', (dir) => rename(dir, join(temporaryFolder(), 'moved'))],
  [
    'mv DIR elsewhere, mkdir DIR',
    async (dir) => {
      await rename(dir, join(temporaryFolder(), 'moved'));
      await mkdir(dir).catch(() => undefined); // the server may have been faster
    },
  ],
];

/** Asks for pictures in every way until it is stopped. What it gets may fail, but is never wrong. */
function load(server: CacheServer, urls: string[]): { stop: () => Promise<number> } {
  let running = true;
  let answers = 0;
  const client = async (number: number): Promise<void> => {
    for (let i = number; running; i += 1) {
      const url = urls[i % urls.length]!;
      const { results } = await server.prefetch('busy', [url]);
      const path = results[0]?.local_path;
      const target = i % 2 === 0 || path === undefined ? throughTarget(url) : imageTarget(path);
      const answer = await server.get(target);
      if (answer.status === 200) expect(answer.body.equals(bodies.get(url)!)).toBe(true);
      await server.post('/api/cache/invalidate', { s3_url: url });
      answers += 1;
    }
  };
  const clients = Promise.all([0, 1, 2, 3].map(client));
  clients.catch(() => undefined); // stop() tells
  return {
    stop: async () => {
      running = false;
      await clients;
      return answers;
    },
  };
}

it.each(ways)(
  '%s under load: noticed within a second, and the cache starts over',
  async (_, remove) => {
    const server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
    const urls = [...bodies.keys()];
    const old = urls.slice(0, 12);
    for (let time = 0; time < 2; time += 1) {
      const { results } = await server.prefetch('old', old);
      const paths = results.map(({ local_path }) => local_path ?? '');
      for (const path of paths) expect((await server.get(imageTarget(path))).status).toBe(200);

      const busy = load(server, urls.slice(12));
      await remove(server.cacheDir);
      const isForgotten = async (): Promise<boolean> => {
        const { entries } = await server.manifest();
        const { actors } = await server.stats();
        const asked = await Promise.all(
          paths.map(async (path) => {
            const exists = await server.get(`/api/cache/exists?path=${encodeURIComponent(path)}`);
            const { status } = await server.get(imageTarget(path));
            return (exists.json() as { exists: boolean }).exists || status === 200;
          }),
        );
        const inManifest = old.some((url) => entries[url] !== undefined);
        const inStats = actors.some((actor) => actor['actor_id'] === 'old');
        return !inManifest && !inStats && !asked.some(Boolean);
      };
      await until('nothing of what was removed to be announced', isForgotten, 1000);

      const again = await server.prefetch('new', old);
      expect(again).toMatchObject({ cached: old.length, failed: 0 });
      for (const [i, { local_path }] of again.results.entries()) {
        const answer = await server.get(imageTarget(local_path ?? ''));
        expect(answer.body.equals(bodies.get(old[i]!)!)).toBe(true);
      }
      expect(await busy.stop()).toBeGreaterThan(0);
    }
    await until('the files to be those of the manifest', async () => {
      const { entries } = await server.manifest();
      return (await pictureFiles(server.cacheDir)).length === Object.keys(entries).length;
    });
    const { entries } = await server.manifest();
    expect(await server.stop()).toBe(0);

    const restarted = await CacheServer.start({ cacheDir: server.cacheDir });
    expect((await restarted.manifest()).entries).toEqual(entries);
    expect(await restarted.stop()).toBe(0);
  },
);
