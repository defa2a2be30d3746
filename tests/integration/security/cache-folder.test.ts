// What another process with write access to the cache folder can place in it: nothing of it is
// followed, read, removed or waited for. The canary is as long as the picture whose place it takes,
// so that its length gives nothing away.
import { execFileSync } from 'node:child_process';
import {
  chmod,
  cp,
  link,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { run as runCli } from '../../support/cli.ts';
import { filesBelow, temporaryFolder } from '../../support/files.ts';
import type { Answer } from '../../support/http.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';
import { until } from '../../support/until.ts';

const mark = 'CANARY-9e04d7a1';

let s3: S3;
let bytes: Buffer;
let url: string;
/** As long as the picture. */
let canary: Buffer;

let server: CacheServer;
let path: string;
/** The picture's place. */
let file: string;
/** Holds the canary, and under "0001" a folder with it by the picture's own name. */
let outside: string;
let canaryFile: string;

beforeAll(async () => {
  s3 = await S3.start();
  bytes = await picture(1);
  canary = Buffer.alloc(bytes.length, mark);
  url = await s3.put('0001/a.jpg', bytes);
});
afterAll(() => s3.stop());

beforeEach(async () => {
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  path = await server.cache('0001', url);
  file = placeOf(path);
  // Beside the folder, so on the same file system: hard links are possible.
  outside = `${server.cacheDir}-outside`;
  await mkdir(join(outside, '0001'), { recursive: true });
  canaryFile = join(outside, 'canary');
  await writeFile(canaryFile, canary);
  await writeFile(join(outside, '0001', file.slice(file.lastIndexOf('/') + 1)), canary);
});
afterEach(async () => {
  await server.stop();
  await expectCanary();
});

function placeOf(localPath: string): string {
  return join(server.cacheDir, localPath.replace('.image-cache/', ''));
}

async function expectCanary(): Promise<void> {
  expect((await readFile(canaryFile)).equals(canary)).toBe(true);
  const other = join(outside, '0001', file.slice(file.lastIndexOf('/') + 1));
  expect((await readFile(other)).equals(canary)).toBe(true);
}

async function expectNotServed(): Promise<void> {
  for (const target of [imageTarget(path), `/api/cache/image?url=${encodeURIComponent(url)}`]) {
    const answer = await server.get(target);
    expect(answer.text).not.toContain(mark);
    if (target.includes('path=')) expectProblem(answer, 404, 'not-cached');
    else expect(answer.body.equals(bytes)).toBe(true);
  }
}

async function placeSocket(at: string): Promise<void> {
  // The name of a socket may be 107 bytes long; a shorter one is moved to its place.
  const short = join(temporaryFolder(), 's');
  const listening = createServer();
  await new Promise<void>((resolve) => listening.listen(short, resolve));
  await rename(short, at);
  listening.close();
}

function expectNoCanary(answer: Answer): void {
  expect(answer.text).not.toContain(mark);
  expect([200, 404]).toContain(answer.status);
}

describe('in the place of a picture', () => {
  const things: [string, (at: string) => Promise<void>][] = [
    ['a link to a file outside', (at) => symlink(canaryFile, at)],
    ['a relative link', (at) => symlink('../../../cache-outside/canary', at)],
    ['a link to a device', (at) => symlink('/dev/zero', at)],
    ['a link to the process itself', (at) => symlink('/proc/self/environ', at)],
    ['a hard link to a file outside', (at) => link(canaryFile, at)],
    ['a FIFO', async (at) => void execFileSync('mkfifo', [at])],
    ['a socket', placeSocket],
    ['a folder', async (at) => void (await mkdir(at))],
    ['a file of another length', (at) => writeFile(at, mark)],
  ];

  it.each(things)('%s is not served', async (_, place) => {
    await unlink(file);
    await place(file);
    await expectNotServed();
  });

  it.each(things)('%s is dropped by verify --repair, and only it', async (_, place) => {
    await server.stop();
    await unlink(file);
    await place(file);
    const verified = await runCli(['verify', '--repair', '--cache-dir', server.cacheDir]);
    expect(verified.stdout + verified.stderr).not.toContain(mark);
    server = await CacheServer.start({
      cacheDir: server.cacheDir,
      args: ['--s3-endpoint', s3.endpoint],
    });
    await expectNotServed();
  });
});

it('shares nothing with a copy of it with hard links', async () => {
  await server.stop();
  const copy = `${server.cacheDir}-copy`;
  execFileSync('cp', ['-al', server.cacheDir, copy]);
  server = await CacheServer.start({ cacheDir: copy, args: ['--s3-endpoint', s3.endpoint] });
  expectProblem(await server.get(imageTarget(path)), 404, 'not-cached');
  await server.stop();
  await rm(copy, { recursive: true });
  server = await CacheServer.start({
    cacheDir: copy.replace(/-copy$/, ''),
    args: ['--s3-endpoint', s3.endpoint],
  });
  expect((await server.get(imageTarget(path))).body.equals(bytes)).toBe(true);
});

describe('in the place of an index that has', () => {
  it.each(['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm'])(
    'another name elsewhere, %s is not written to',
    async (name) => {
      await server.stop();
      await rm(join(server.cacheDir, name), { force: true });
      await link(canaryFile, join(server.cacheDir, name));
      server = await CacheServer.start({
        cacheDir: server.cacheDir,
        args: ['--s3-endpoint', s3.endpoint],
      });
      await server.cache('0001', url);
      await expectCanary();
    },
  );
});

describe('in the place of a folder', () => {
  const folders = ['images/0001', 'images'];

  it.each(folders)('a link at %s is not followed by reading', async (folder) => {
    await rename(join(server.cacheDir, folder), `${server.cacheDir}-aside`);
    await symlink(join(outside, folder.replace('images', '')), join(server.cacheDir, folder));
    const answer = await server.get(imageTarget(path));
    expect(answer.text).not.toContain(mark);
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  it.each(folders)('a link at %s is not followed by removing', async (folder) => {
    await rename(join(server.cacheDir, folder), `${server.cacheDir}-aside`);
    await symlink(join(outside, folder.replace('images', '')), join(server.cacheDir, folder));
    await server.post('/api/cache/invalidate', { s3_url: url });
    await server.post('/api/cache/clear/0001');
    await server.post('/api/cache/clear-all');
    await server.stop(); // by then every unlinking has been tried
    await expectCanary();
    server = await CacheServer.start();
  });

  it.each([...folders, 'tmp'])('a link at %s is not followed by writing', async (folder) => {
    await rename(join(server.cacheDir, folder), `${server.cacheDir}-aside`);
    await symlink(outside, join(server.cacheDir, folder));
    const other = await s3.put('0001/b.jpg', await picture(2));
    const { results } = await server.prefetch('0001', [other]);
    expect(results[0]?.local_path).toBeUndefined();
    expect(await filesBelow(outside)).toHaveLength(2);
  });

  it('one that is swapped again and again never leads out', async () => {
    const folder = join(server.cacheDir, 'images/0001');
    const evil = `${server.cacheDir}-evil`;
    const aside = `${server.cacheDir}-aside`;
    let rounds = 0;
    const swapping = async (): Promise<void> => {
      for (; rounds < 200; rounds += 1) {
        // The picture counts as lost once it was asked for while the folder led elsewhere.
        await server.prefetch('0001', [url]);
        await rename(folder, aside);
        await symlink(join(outside, '0001'), evil);
        await rename(evil, folder);
        await server.get(imageTarget(path)).then(expectNoCanary);
        await unlink(folder);
        await rename(aside, folder);
      }
    };
    let served = 0;
    const asking = async (): Promise<void> => {
      while (rounds < 200) {
        const answer = await server.get(imageTarget(path));
        expectNoCanary(answer);
        if (answer.status === 200) {
          expect(answer.body.equals(bytes)).toBe(true);
          served += 1;
        }
      }
    };
    await Promise.all([swapping(), asking(), asking(), asking()]);
    expect(served).toBeGreaterThan(0);
  });
});

describe('in the place of a file of the cache itself', () => {
  it.each(['manifest.json', 'index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm', 'lock'])(
    'a link at %s is neither read nor written through',
    async (name) => {
      await server.stop();
      await rm(join(server.cacheDir, name), { force: true });
      await symlink(canaryFile, join(server.cacheDir, name));
      const started = await CacheServer.start({
        cacheDir: server.cacheDir,
        args: ['--s3-endpoint', s3.endpoint],
      }).catch((error: unknown) => String(error));
      if (typeof started === 'string') {
        expect(started).toMatch(/exit code 1/);
        expect(started).not.toContain(mark);
        return;
      }
      server = started;
      await server.prefetch('0002', [await s3.put('0002/c.jpg', await picture(3))]);
      await server.post('/api/cache/clear-all');
      expect((await server.get('/api/cache/manifest')).text).not.toContain(mark);
    },
  );

  it('what is left over under a name of ours is unlinked, and not what it links to', async () => {
    await server.stop();
    const orphans = ['0001_00000000deadbeef.jpg', '0001_00000000deadbee0.jpg'];
    const [soft = '', hard = ''] = orphans.map((name) => join(dirname(file), name));
    await symlink(canaryFile, soft);
    await link(canaryFile, hard);
    server = await CacheServer.start({ cacheDir: server.cacheDir });
    for (const orphan of [soft, hard]) {
      await until('unlinked', () =>
        lstat(orphan).then(
          () => false,
          () => true,
        ),
      );
    }
  });
});

describe('rights', () => {
  const withoutUmask = ['sh', '-c', 'umask 000; exec "$@"', 'sh'];

  function modesBelow(folder: string): string[] {
    return execFileSync('find', [folder, '-printf', '%y %m\n']).toString().trim().split('\n');
  }

  it('folders are 0700 and files 0600, whatever the umask', async () => {
    const open = await CacheServer.start({
      args: ['--s3-endpoint', s3.endpoint],
      wrapper: withoutUmask,
    });
    await open.cache('0001', url);
    await open.post('/api/cache/clear-all');
    await open.cache('0001', url);
    expect(new Set(modesBelow(open.cacheDir))).toEqual(new Set(['d 700', 'f 600']));
    await open.stop();
    expect(new Set(modesBelow(open.cacheDir))).toEqual(new Set(['d 700', 'f 600']));
  });

  it('those of others are taken from what was there before', async () => {
    await server.stop();
    const copy = join(temporaryFolder(), 'copy');
    await cp(server.cacheDir, copy, { recursive: true });
    for (const name of ['.', 'images', 'tmp']) await chmod(join(copy, name), 0o777);
    for (const name of ['manifest.json', 'index.sqlite']) await chmod(join(copy, name), 0o666);
    server = await CacheServer.start({ cacheDir: copy });
    for (const [name, mode] of [
      ['images', 0o700],
      ['tmp', 0o700],
      ['manifest.json', 0o600],
      ['index.sqlite', 0o600],
    ] as const) {
      expect((await lstat(join(copy, name))).mode & 0o777, name).toBe(mode);
    }
    expect((await lstat(copy)).mode & 0o777, 'the folder is the operator’s').toBe(0o777);
    expect(server.stderr).toMatch(/others may write the cache folder/);
  });

  it('the cache folder itself may be a link: whoever named it meant where it leads', async () => {
    const place = temporaryFolder();
    await mkdir(join(place, 'real'));
    await symlink('real', join(place, 'named'));
    const linked = await CacheServer.start({
      cacheDir: join(place, 'named'),
      args: ['--s3-endpoint', s3.endpoint],
    });
    const cached = await linked.cache('0001', url);
    expect((await linked.get(imageTarget(cached))).body.equals(bytes)).toBe(true);
    await linked.stop();
    expect((await lstat(join(place, 'real/images'))).isDirectory()).toBe(true);
  });
});
