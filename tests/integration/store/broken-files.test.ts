// A cache folder in a bad state: what is broken is set aside, never deleted, and the server starts.
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ManifestEntry } from '../../../web/image-cache/src/contract.ts';
import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { filesBelow, temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { S3 } from '../../support/s3.ts';

let s3: S3;

beforeAll(async () => {
  s3 = await S3.start();
});
afterAll(() => s3.stop());

const start = (cacheDir: string): Promise<CacheServer> =>
  CacheServer.start({ cacheDir, args: ['--s3-endpoint', s3.endpoint] });

async function folderWithOnePicture(): Promise<{
  cacheDir: string;
  url: string;
  entries: unknown;
}> {
  const cacheDir = join(temporaryFolder(), 'cache');
  const server = await start(cacheDir);
  const url = await s3.put('0001/a.jpg', await picture(1));
  await server.cache('0001', url);
  const { entries } = await server.manifest();
  await server.stop();
  return { cacheDir, url, entries };
}

async function withContent(cacheDir: string, content: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(cacheDir)) {
    const file = join(cacheDir, name);
    if ((await stat(file)).isFile() && (await readFile(file, 'utf8')) === content) found.push(name);
  }
  return found;
}

const indexName = async (cacheDir: string): Promise<string> => {
  const name = (await readdir(cacheDir)).find((file) => file.endsWith('.sqlite'));
  if (name === undefined) throw new Error('no index');
  return name;
};

describe('a broken manifest.json', () => {
  it.each([
    '',
    'not json',
    '{"version": "1.0", "entr',
    '[]',
    '{"version": "9", "entries": {}}',
    '{"version": "1.0"}',
  ])('is set aside: %j', async (content) => {
    const { cacheDir, entries } = await folderWithOnePicture();
    await writeFile(join(cacheDir, 'manifest.json'), content);
    const server = await start(cacheDir);
    const kept = await withContent(cacheDir, content);
    expect(kept).toEqual([expect.stringMatching(/^manifest\.json\.broken-/)]);
    expect(server.stderr).toContain('manifest.json');
    expect((await server.manifest()).entries).toEqual(entries); // the index knows them
    expect(await server.stop()).toBe(0);
  });
});

describe('a broken index', () => {
  it.each(['', 'garbage', 'SQLite format 3\0and then garbage'.repeat(50)])(
    'is set aside (%#)',
    async (content) => {
      const { cacheDir, url } = await folderWithOnePicture();
      const index = await indexName(cacheDir);
      for (const suffix of ['-wal', '-shm'])
        await rm(join(cacheDir, index + suffix), { force: true });
      await writeFile(join(cacheDir, index), content);
      const server = await start(cacheDir);
      if (content !== '') {
        expect(await withContent(cacheDir, content)).toEqual([
          expect.stringContaining(`${index}.broken-`),
        ]);
        expect(server.stderr).toContain(index);
      }
      const path = await server.cache('0001', url);
      expect((await server.get(imageTarget(path))).status).toBe(200);
      expect(await server.stop()).toBe(0);
    },
  );
});

describe('a manifest.json that an earlier system wrote', () => {
  const entry = (url: string, path: string, size: number): ManifestEntry => ({
    s3_url: url,
    local_path: path,
    cached_at: 1_729_176_000_000,
    size_bytes: size,
    actor_id: '0001',
    filename: '0001_european_16_male_0.jpg',
    etag: '"abc123"',
  });

  it('is adopted, its file names kept and its files checked', async () => {
    const cacheDir = join(temporaryFolder(), 'cache');
    await mkdir(join(cacheDir, 'images/0001'), { recursive: true });
    const good = await picture(2);
    const cut = (await picture(3)).subarray(0, 100);
    await writeFile(join(cacheDir, 'images/0001/0001_abc123.jpg'), good);
    await writeFile(join(cacheDir, 'images/0001/0001_cut.jpg'), cut);
    const url = (name: string): string => `https://s3.amazonaws.com/training/0001/${name}.jpg`;
    const images = '.image-cache/images/0001/';
    const list = [
      entry(url('good'), `${images}0001_abc123.jpg`, good.length),
      entry(url('cut'), `${images}0001_cut.jpg`, 4096),
      entry(url('missing'), `${images}0001_missing.jpg`, 4096),
      entry(url('outside'), `${images}../../../../etc/passwd`, 4096),
    ];
    const entries = Object.fromEntries(list.map((each) => [each.s3_url, each]));
    const text = JSON.stringify({ version: '1.0', last_updated: 1_729_176_000_000, entries });
    await writeFile(join(cacheDir, 'manifest.json'), text);

    const server = await CacheServer.start({ cacheDir });
    const adopted = (await server.manifest()).entries;
    expect(Object.keys(adopted)).toEqual([url('good')]);
    expect(adopted[url('good')]).toMatchObject(list[0] as object);
    const answer = await server.get(imageTarget(`${images}0001_abc123.jpg`));
    expect(answer.status).toBe(200);
    expect(answer.body.equals(good)).toBe(true);
    expect(await server.stop()).toBe(0);
  });
});

describe('the folder', () => {
  it('is made with its parents, readable to its owner only', async () => {
    const cacheDir = join(temporaryFolder(), 'not/yet/there');
    const server = await start(cacheDir);
    expect((await stat(cacheDir)).mode & 0o777).toBe(0o700);
    await server.cache('0001', await s3.put('0001/b.jpg', await picture(4)));
    for (const file of await filesBelow(join(cacheDir, 'images'))) {
      expect((await stat(join(cacheDir, 'images', file))).mode & 0o077).toBe(0);
    }
    expect(await server.stop()).toBe(0);
  });
});

describe('a folder that cannot be written', () => {
  it('fails what would be written there, tells nobody its path, and recovers', async () => {
    const { cacheDir, url } = await folderWithOnePicture();
    const server = await start(cacheDir);
    const temporary = join(cacheDir, 'tmp');
    await rm(temporary, { recursive: true });
    await writeFile(temporary, 'a file where the folder was');
    const other = await s3.put('0001/b.jpg', await picture(2));
    const { results } = await server.prefetch('0001', [url, other]);
    expect(results).toMatchObject([
      { status: 'already_cached' },
      { status: 'failed', error: 'storage-read-only', retryable: true },
    ]);
    expect(JSON.stringify(results)).not.toContain(cacheDir);

    await rm(temporary);
    expect(await server.prefetch('0001', [other])).toMatchObject({ cached: 1 });
    expect(await server.stop()).toBe(0);
  });
});

describe('an index that a newer version wrote', () => {
  it('is refused with one clear line, and nothing of it is touched', async () => {
    const { cacheDir } = await folderWithOnePicture();
    const index = join(cacheDir, await indexName(cacheDir));
    const bytes = await readFile(index);
    bytes.writeUInt32BE(1000, 60); // PRAGMA user_version, see the SQLite file format
    await writeFile(index, bytes);
    const before = await filesBelow(cacheDir);

    const args = ['serve', '--listen', '127.0.0.1:0', '--cache-dir', cacheDir];
    const refused = await run(args);
    expect(refused.code, refused.stderr).toBe(1);
    expect(refused.stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining('newer version'),
    ]);
    expect(await filesBelow(cacheDir)).toEqual(before);
    expect((await readFile(index)).equals(bytes)).toBe(true);
  });
});
