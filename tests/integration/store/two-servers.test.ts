// One folder, one server: whoever comes second is told so, by whatever name it calls the folder.
import { symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { picture } from '../../support/pictures.ts';
import { S3 } from '../../support/s3.ts';

let s3: S3;
let server: CacheServer;
let url: string;

beforeAll(async () => {
  s3 = await S3.start();
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  url = await s3.put('0001/a.jpg', await picture(1));
  await symlink(server.cacheDir, linkTo(server.cacheDir));
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

const linkTo = (cacheDir: string): string => join(dirname(cacheDir), 'link');

/** Name, spelling, and where the program runs. */
const spellings: [string, (cacheDir: string) => string, (cacheDir: string) => string][] = [
  ['as the first did', (dir) => dir, dirname],
  ['with a slash behind it', (dir) => `${dir}/`, dirname],
  ['with a way round', (dir) => `${dir}/images/..//../${basename(dir)}`, dirname],
  ['relative', (dir) => basename(dir), dirname],
  ['as "."', () => '.', (dir) => dir],
  ['through a link', linkTo, dirname],
];

describe.each(spellings)('who names the folder %s', (_, spelling, cwd) => {
  it('cannot serve from it, and is told why in one line', async () => {
    const args = ['serve', '--listen', '127.0.0.1:0', '--cache-dir', spelling(server.cacheDir)];
    const second = await run(args, { cwd: cwd(server.cacheDir) });
    expect(second.code, second.stderr).toBe(1);
    expect(second.stdout).toBe('');
    expect(second.stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining('in use by another server'),
    ]);
    expect(await server.cache('0001', url)).toMatch(/^\.image-cache\/images\/0001\//);
  });

  it('reaches the server that has it', async () => {
    await server.cache('0001', url);
    const args = ['--cache-dir', spelling(server.cacheDir)];
    const options = { cwd: cwd(server.cacheDir) };
    const stats = await run(['stats', '--json', ...args], options);
    expect(JSON.parse(stats.stdout)).toMatchObject({ total_entries: 1 });
    const cleared = await run(['clear', '0001', ...args], options);
    expect(cleared, cleared.stderr).toMatchObject({ code: 0 });
    expect(await server.stats()).toMatchObject({ total_entries: 0 });
  });
});

it('two that start at the same time: one serves, the other is refused', async () => {
  const first = await CacheServer.start();
  await first.kill();
  const starts = Array.from({ length: 4 }, () => CacheServer.start({ cacheDir: first.cacheDir }));
  const outcomes = await Promise.allSettled(starts);
  const serving = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = outcomes.flatMap((one) =>
    one.status === 'rejected' ? [String(one.reason)] : [],
  );
  expect(serving).toHaveLength(1);
  for (const reason of refused) {
    expect(reason).toMatch(/exit code 1: .*in use by another server/);
  }
  expect((await serving[0]!.get('/readyz')).status).toBe(200);
  expect(await serving[0]!.stop()).toBe(0);
});

it('the lock dies with its owner: after kill -9 the next one has everything', async () => {
  const args = ['--s3-endpoint', s3.endpoint];
  const killed = await CacheServer.start({ args });
  await killed.cache('0001', url);
  await killed.kill();
  const next = await CacheServer.start({ cacheDir: killed.cacheDir, args });
  expect(Object.keys((await next.manifest()).entries)).toEqual([url]);
  expect(await next.stop()).toBe(0);
});
