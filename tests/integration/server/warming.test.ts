// What a server fetches by itself once it is ready: --warm and --warm-last.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { pictureFiles, temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { S3 } from '../../support/s3.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, held } from '../../support/scripts.ts';
import { Gate, until } from '../../support/until.ts';

interface Warming {
  state: string;
  actors: number;
  fetched: number;
  already_cached: number;
  failed: number;
  left_out: number;
  failed_listings: number;
}

let s3: S3;

beforeAll(async () => {
  s3 = await S3.start();
  for (const [i, key] of ['0001/a.jpg', '0001/b.jpg', '0002/c.jpg'].entries()) {
    await s3.put(`faces/${key}`, await picture(i));
  }
});
afterAll(() => s3.stop());

const start = (cacheDir: string | undefined, ...args: string[]): Promise<CacheServer> =>
  CacheServer.start({
    ...(cacheDir === undefined ? {} : { cacheDir }),
    args: ['--s3-endpoint', s3.endpoint, ...args],
  });
const warmingOf = async (server: CacheServer): Promise<Warming | undefined> =>
  ((await server.get('/api/cache/stats')).json() as { warming?: Warming }).warming;
const warmed = (server: CacheServer): Promise<Warming> =>
  until('the end of the warming', async () => {
    const warming = await warmingOf(server);
    return warming?.state === 'done' ? warming : undefined;
  });

describe('serve --warm', () => {
  it('fetches a folder, a list and an actor, and the next time nothing', async () => {
    const list = join(temporaryFolder(), 'list.txt');
    await writeFile(list, `${s3.url('faces/0001/a.jpg')}\tlisted\n`);
    const first = await start(undefined, '--warm', 's3://training/faces/=all', '--warm', list);
    expect(await warmed(first)).toMatchObject({ fetched: 3, already_cached: 1, failed: 0 });
    expect((await first.stats()).total_entries).toBe(3);
    expect(await first.stop()).toBe(0);
    expect(first.stderr).toContain('warming: 3 pictures fetched');

    const before = s3.gets.length;
    const second = await start(first.cacheDir, '--warm', 's3://training/faces/', '--warm', list);
    expect(await warmed(second)).toMatchObject({ fetched: 0, already_cached: 4 });
    expect(s3.gets.slice(before).every((target) => target.includes('list-type=2'))).toBe(true);
    await second.stop();
  });

  it('finds an actor in the folders that are kept in step', async () => {
    const server = await start(undefined, '--warm', '0002', '--warm', 's3://training/nothing/');
    expect(await warmed(server)).toMatchObject({ actors: 1, fetched: 0 });
    await server.stop();
    const synced = await start(undefined, '--warm', '0002', '--sync', 's3://training/faces/');
    expect((await warmed(synced)).fetched).toBeLessThanOrEqual(1); // the sync may have been first
    expect(Object.keys((await synced.manifest()).entries)).toContain(s3.url('faces/0002/c.jpg'));
    await synced.stop();
  });

  it('does not hold up the start, and ends with the server', async () => {
    const origin = await ScriptedOrigin.start();
    const gate = new Gate();
    const url = origin.on('/a.jpg', held(gate, answer(200, await picture(1))));
    const list = join(temporaryFolder(), 'list.txt');
    await writeFile(list, `${url}\t0001\n`);
    const server = await CacheServer.start({ args: ['--origin', origin.url, '--warm', list] });
    expect((await server.get('/readyz')).status).toBe(200);
    await until('the request', () => origin.requestsFor('/a.jpg') > 0);
    expect(await warmingOf(server)).toMatchObject({ state: 'running' });
    expect(await server.stop()).toBe(0);
    gate.open();
    await origin.stop();
  });

  it('says in the log what it could not list, and serves', async () => {
    const server = await start(undefined, '--warm', 's3://missing/');
    expect(await warmed(server)).toMatchObject({ failed_listings: 1 });
    expect(server.stderr).toContain('s3://missing/');
    expect((await server.get('/readyz')).status).toBe(200);
    await server.stop();
  });

  it.each([
    ['./no-such-list', 'cannot read the list ./no-such-list'],
    ['no id', 's3://bucket/prefix/'],
    ['s3://b@d/', 's3://bucket/prefix/'],
    ['-', 'give a file'],
  ])('refuses %j', async (what, advice) => {
    const refused = await run(['serve', '--listen', '127.0.0.1:0', '--warm', what]);
    expect(refused.code).toBeGreaterThan(0);
    expect(refused.stderr).toContain(advice);
  });
});

describe('serve --warm-last', () => {
  it('fetches what is missing of the actors that were open, after a kill too', async () => {
    const urls = ['0001/a.jpg', '0001/b.jpg'].map((key) => s3.url(`faces/${key}`));
    const first = await start(undefined, '--warm-last');
    await first.prefetch('0001', urls);
    await first.cache('0002', s3.url('faces/0002/c.jpg'));
    const { entries } = await first.manifest();
    expect((await first.get(imageTarget(entries[urls[0] ?? '']?.local_path ?? ''))).status).toBe(
      200,
    );
    expect(await first.stop()).toBe(0);

    const second = await start(first.cacheDir, '--warm-last');
    expect(await warmed(second)).toMatchObject({ actors: 1, fetched: 0, already_cached: 2 });
    await second.kill();
    for (const file of await pictureFiles(first.cacheDir)) await rm(join(first.cacheDir, file));

    const third = await start(first.cacheDir, '--warm-last');
    expect(await warmed(third)).toMatchObject({ actors: 1, fetched: 2, failed: 0 });
    expect(Object.keys((await third.manifest()).entries)).toEqual(expect.arrayContaining(urls));
    await third.post('/api/cache/clear/0001');
    await third.stop();
    const fourth = await start(first.cacheDir, '--warm-last');
    expect(await warmed(fourth)).toMatchObject({ actors: 0, fetched: 0 });
    await fourth.stop();
  });

  it('has no place in the statistics of a server without either', async () => {
    const server = await start(undefined);
    expect(await warmingOf(server)).toBeUndefined();
    await server.stop();
  });
});
