// The other subcommands, with a running server and without one, and where an option's value comes from.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { S3 } from '../../support/s3.ts';

let s3: S3;
let urls: string[];

beforeAll(async () => {
  s3 = await S3.start();
  urls = await Promise.all([1, 2, 3].map(async (i) => s3.put(`0001/${i}.jpg`, await picture(i))));
});
afterAll(() => s3.stop());

const orders = (): unknown => [
  { actor_id: '0001', images: urls.slice(0, 2).map((s3_url) => ({ s3_url })) },
  { actor_id: '0002', images: urls.slice(2).map((s3_url) => ({ s3_url, filename: 'three.jpg' })) },
];

async function listFile(content: unknown): Promise<string> {
  const file = join(temporaryFolder(), 'list.json');
  await writeFile(file, JSON.stringify(content));
  return file;
}

// Each of these with a server that holds the folder, and without: the same must come out.
describe.each([true, false])('with a running server: %s', (running) => {
  const withFolder = async (test: (cacheDir: string) => Promise<void>): Promise<void> => {
    const server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
    if (!running) await server.stop();
    await test(server.cacheDir);
    if (running) expect(await server.stop()).toBe(0);
  };
  const on = (cacheDir: string): string[] => ['--cache-dir', cacheDir];
  const statsOf = async (
    cacheDir: string,
  ): Promise<{ total_entries: number; actors: unknown[] }> => {
    const result = await run(['stats', ...on(cacheDir), '--json']);
    expect(result, result.stderr).toMatchObject({ code: 0 });
    return JSON.parse(result.stdout);
  };
  const warm = (cacheDir: string, file: string, stdin?: string) =>
    run(
      ['warm', ...on(cacheDir), '--s3-endpoint', s3.endpoint, file],
      stdin === undefined ? {} : { stdin },
    );

  it('warm fetches a list, stats counts it, clear removes an actor, then all', () =>
    withFolder(async (cacheDir) => {
      const warmed = await warm(cacheDir, await listFile(orders()));
      expect(warmed, warmed.stderr).toMatchObject({ code: 0 });
      expect(warmed.stdout + warmed.stderr).toContain('3');
      expect(await statsOf(cacheDir)).toMatchObject({
        total_entries: 3,
        actors: [
          { actor_id: '0001', entries: 2 },
          { actor_id: '0002', entries: 1 },
        ],
      });
      const text = await run(['stats', ...on(cacheDir)]);
      expect(text.code).toBe(0);
      expect(text.stdout).toMatch(/\b3\b/);

      const cleared = await run(['clear', ...on(cacheDir), '0001']);
      expect(cleared, cleared.stderr).toMatchObject({ code: 0 });
      expect((await statsOf(cacheDir)).actors).toMatchObject([{ actor_id: '0002' }]);
      expect((await run(['clear', ...on(cacheDir)])).code).toBe(0);
      expect(await statsOf(cacheDir)).toMatchObject({ total_entries: 0, actors: [] });
    }));

  it('warm takes one order, and from standard input', () =>
    withFolder(async (cacheDir) => {
      const one = { actor_id: '0003', images: [{ s3_url: urls[0] }] };
      const result = await warm(cacheDir, '-', JSON.stringify(one));
      expect(result, result.stderr).toMatchObject({ code: 0 });
      expect((await statsOf(cacheDir)).total_entries).toBe(1);
    }));

  it('warm ends with 1 and names what failed, when something did', () =>
    withFolder(async (cacheDir) => {
      const missing = s3.url('0001/missing.jpg');
      const list = [{ actor_id: '0001', images: [{ s3_url: urls[0] }, { s3_url: missing }] }];
      const result = await warm(cacheDir, await listFile(list));
      expect(result.code).toBe(1);
      expect(result.stderr).toContain('missing.jpg');
      expect((await statsOf(cacheDir)).total_entries).toBe(1);
    }));

  it('clear refuses an actor that cannot be one', () =>
    withFolder(async (cacheDir) => {
      const result = await run(['clear', ...on(cacheDir), '../etc']);
      expect(result.code).not.toBe(0);
      expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
    }));
});

describe('the value of an option', () => {
  const gib = 2 ** 30;

  it('comes from the flag, else the variable, else the file, else the default', async () => {
    const config = join(temporaryFolder(), 'image-cache.toml');
    await writeFile(config, 'max-size = "3GiB"\n');
    const maxSize = async (
      args: string[],
      env: Record<string, string>,
    ): Promise<number | undefined> => {
      const server = await CacheServer.start({ args, env });
      const stats = await server.stats();
      expect(await server.stop()).toBe(0);
      return stats.max_size_bytes;
    };
    const file = ['--config', config];
    const env = { IMAGE_CACHE_MAX_SIZE: '2GiB' };
    expect(await maxSize([], {})).toBe(10 * gib);
    expect(await maxSize(file, {})).toBe(3 * gib);
    expect(await maxSize(file, env)).toBe(2 * gib);
    expect(await maxSize([...file, '--max-size', '1GiB'], env)).toBe(1 * gib);
  });

  it('may be a list in the file', async () => {
    const config = join(temporaryFolder(), 'image-cache.toml');
    await writeFile(config, 'allowed-host = ["one.example", "two.example"]\n');
    const server = await CacheServer.start({ args: ['--config', config] });
    for (const host of ['one.example', 'two.example']) {
      expect((await server.get('/healthz', { host })).status).toBe(200);
    }
    expect((await server.get('/healthz', { host: 'three.example' })).status).toBe(421);
    expect(await server.stop()).toBe(0);
  });
});

it('serve says nothing on stdout but where it listens, and logs JSON when told to', async () => {
  const server = await CacheServer.start({
    args: ['--log-format', 'json', '--log-level', 'debug'],
  });
  await server.get('/healthz');
  expect(await server.stop()).toBe(0);
  const lines = server.stderr.trimEnd().split('\n').filter(Boolean);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(() => JSON.parse(line) as unknown, line).not.toThrow();
});
