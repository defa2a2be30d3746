// A sick disk (docs/sick-disk.md), on real file systems: what is stored is served, what is not is passed on, all
// is told, and nothing is lost.
import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget, type Manifest } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import {
  FragileDisk,
  limitDescriptors,
  mountTmpfs,
  unmountAll,
  whyNoFragileDisk,
  whyNoTmpfs,
} from '../../support/mounts.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { parsePrometheus } from '../../support/prometheus.ts';
import { throughTarget } from '../../support/read-through.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, chunkThen } from '../../support/scripts.ts';
import { StreamedAnswer } from '../../support/streamed-answer.ts';
import { Gate, until } from '../../support/until.ts';

const noTmpfs = whyNoTmpfs();
const noFragileDisk = whyNoFragileDisk();
const needing = (reason: string | undefined): string =>
  reason === undefined ? '' : ` (not here: ${reason})`;

// The first probes come after one, two and four seconds.
const RECOVERY_MS = 15_000;

let origin: ScriptedOrigin;
const bodies: Buffer[] = [];
/** Servers of a test that has failed, which would keep its file system mounted. */
let started: CacheServer[] = [];

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  for (let i = 0; i < 8; i += 1) bodies.push(await picture(i, 'jpeg', 96));
});
afterEach(async () => {
  await Promise.all(started.map((server) => server.kill()));
  started = [];
  unmountAll();
});
afterAll(() => origin.stop());

/** The i-th picture, at its origin. */
const urlOf = (i: number): string => origin.on(`/bucket/${i}.jpg`, answer(200, bodies[i]!));

async function start(cacheDir: string): Promise<CacheServer> {
  // What others need is theirs to take here: the disk itself says when it has no more.
  const floors = ['--min-free', '0', '--min-free-inodes', '0'];
  const server = await CacheServer.start({
    cacheDir,
    args: ['--origin', origin.url, '--max-size', '3MiB', ...floors],
  });
  started.push(server);
  return server;
}

/** Stores the first three pictures; gives their local paths once nothing more is written. */
async function storeThree(server: CacheServer): Promise<string[]> {
  const { results } = await server.prefetch('kept', [urlOf(0), urlOf(1), urlOf(2)]);
  await until('manifest.json', async () => {
    const text = await readFile(join(server.cacheDir, 'manifest.json'), 'utf8').catch(() => '{}');
    return Object.keys((JSON.parse(text) as Partial<Manifest>).entries ?? {}).length === 3;
  });
  return results.map(({ local_path }) => local_path!);
}

async function expectServed(server: CacheServer, paths: string[]): Promise<void> {
  for (const [i, path] of paths.entries()) {
    for (const target of [imageTarget(path), throughTarget(urlOf(i))]) {
      const hit = await server.get(target);
      expect(hit.status).toBe(200);
      expect(hit.headers['cache-status']).toMatch(/^ImageCache; hit/);
      expect(hit.body.equals(bodies[i]!)).toBe(true);
    }
  }
}

async function metric(server: CacheServer, name: string, label: string): Promise<number> {
  const families = parsePrometheus((await server.get('/metrics')).text);
  const samples = families.get(`image_cache_${name}`)?.samples ?? [];
  return samples.find(({ labels }) => Object.values(labels).includes(label))!.value;
}

interface Expected {
  /** Of a prefetch: why it has not stored a picture. */
  error: string;
  /** Its label in the metrics. */
  kind: string;
  reason: string;
}

/** All that holds while nothing can be written. */
async function expectDegraded(
  server: CacheServer,
  paths: string[],
  { error, kind, reason }: Expected,
): Promise<void> {
  const refused = await server.prefetch('new', [urlOf(3), urlOf(4)]);
  expect(refused).toMatchObject({ cached: 0, failed: 2 });
  for (const result of refused.results) {
    expect(result).toMatchObject({ status: 'failed', error, detail: expect.stringMatching(/\S/) });
  }
  for (const i of [5, 6]) {
    const passed = await server.get(throughTarget(urlOf(i)));
    expect(passed.status).toBe(200);
    expect(passed.headers['cache-status']).toMatch(/^ImageCache; fwd=miss/);
    expect(passed.body.equals(bodies[i]!)).toBe(true);
  }
  await expectServed(server, paths);
  expect((await server.manifest()).entries).toMatchObject({
    [urlOf(0)]: { local_path: paths[0] },
    [urlOf(2)]: { local_path: paths[2] },
  });

  const ready = await server.get('/readyz');
  expect(ready.status).toBe(200);
  expect(ready.json()).toEqual({ status: 'ready', store: 'degraded', reason });
  expect(await metric(server, 'store_state', 'degraded')).toBe(1);
  expect(await metric(server, 'store_errors_total', kind)).toBeGreaterThan(0);
  expect(await server.stats()).toMatchObject({ store: 'degraded' });
  expect(server.stderr).toContain(`the store is degraded, since ${reason}`);
}

/** Without a restart. What was passed on is stored again from now on. */
async function expectRecovery(server: CacheServer, paths: string[]): Promise<void> {
  await until(
    'the store to be healthy',
    async () => ((await server.get('/readyz')).json() as { store: string }).store === 'healthy',
    RECOVERY_MS,
  );
  expect(await metric(server, 'store_state', 'healthy')).toBe(1);
  const urls = [3, 4, 5, 6].map(urlOf);
  expect(await server.prefetch('new', urls)).toMatchObject({ cached: 4, failed: 0 });
  await expectServed(server, paths);
}

/** All that was acknowledged is there after a stop and a start, too. */
async function expectKept(server: CacheServer, paths: string[]): Promise<void> {
  const { entries } = await server.manifest();
  expect(await server.stop()).toBe(0);
  const again = await start(server.cacheDir);
  expect((await again.manifest()).entries).toEqual(entries);
  await expectServed(again, paths);
  expect(await again.stop()).toBe(0);
}

let filesOfOthers = 0;
const newFile = (folder: string): string => join(folder, `other-${(filesOfOthers += 1)}`);

/** Another program writes until nothing more fits. */
function fill(folder: string): () => void {
  const file = newFile(folder);
  for (let tries = 1; ; tries += 1) {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail === 0) return () => undefined;
    try {
      execFileSync('fallocate', ['--length', String(bavail * bsize), file], { stdio: 'pipe' });
      return () => rmSync(file);
    } catch (error) {
      // The server has written between the look and the taking.
      if (tries === 10) throw error;
      rmSync(file, { force: true });
    }
  }
}

/** Another program makes files until there can be no more. */
function fillInodes(folder: string): () => void {
  const files: string[] = [];
  try {
    for (;;) {
      const file = newFile(folder);
      writeFileSync(file, '');
      files.push(file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  return () => files.forEach((file) => rmSync(file));
}

describe.skipIf(noTmpfs !== undefined)(`a small disk${needing(noTmpfs)}`, () => {
  it.each([
    ['has no room', 'size=8m', fill],
    ['has no inodes', 'size=8m,nr_inodes=200', fillInodes],
  ])('that %s left', async (_, options, takeAll) => {
    const disk = mountTmpfs(options);
    const server = await start(join(disk, 'cache'));
    const paths = await storeThree(server);
    // An actor that is open and downloaded for makes no room.
    await server.get(imageTarget(paths[0]!));
    const giveBack: (() => void)[] = [];
    await until('the store to be degraded', async () => {
      giveBack.push(takeAll(disk)); // with what the server has given back meanwhile
      await server.get(throughTarget(urlOf(7), { actor_id: 'kept' }));
      return (await server.stats()).store === 'degraded';
    });
    await expectDegraded(server, paths, {
      error: 'storage-full',
      kind: 'full',
      reason: 'the disk is full',
    });
    giveBack.forEach((giveSome) => giveSome());
    await expectRecovery(server, paths);
    await expectKept(server, paths);
  });

  it('that is filled while a picture of unknown length is downloaded', async () => {
    const disk = mountTmpfs('size=16m');
    const server = await start(join(disk, 'cache'));
    const body = await picture(9, 'png', 1000); // 3 MB
    const gate = new Gate();
    const url = origin.on('/bucket/long.png', chunkThen(gate, body));
    const reader = await StreamedAnswer.open(server.origin, throughTarget(url));
    await reader.untilReceived(body.length / 2);
    const giveBack = fill(disk);
    gate.open();
    expect(await reader.outcome).toBe('end');
    expect(reader.received.equals(body)).toBe(true);
    expect((await server.manifest()).entries).toEqual({});
    giveBack();
    await expectRecovery(server, []);
    await expectKept(server, []);
  });
});

describe.skipIf(noFragileDisk !== undefined)(
  `a disk that turns read-only${needing(noFragileDisk)}`,
  () => {
    const readOnly = {
      error: 'storage-read-only',
      kind: 'read_only',
      reason: 'the disk may only be read',
    };

    it('since it is broken: all is served until it is repaired', async () => {
      const disk = new FragileDisk(64 << 20);
      const server = await start(join(disk.folder, 'cache'));
      const paths = await storeThree(server);
      disk.fail();
      await expectDegraded(server, paths, readOnly);
      for (const [target, body] of [
        ['/api/cache/invalidate', { s3_url: urlOf(0) }],
        ['/api/cache/clear/kept', {}],
        ['/api/cache/clear-all', {}],
      ] as const) {
        // Of an index that cannot be written, SQLite does not always tell why.
        const removal = await server.post(target, body);
        expect([500, 503]).toContain(removal.status);
        expect((removal.json() as { type: string }).type).toMatch(
          /^\/problems\/storage-(failed|read-only)$/,
        );
      }
      await expectServed(server, paths);
      expect(await server.stop()).toBe(0);

      const repaired = await start(join(disk.repair(), 'cache'));
      await expectServed(repaired, paths);
      await expectKept(repaired, paths);
    });

    it('for a while: all is well again without a restart', async () => {
      const disk = new FragileDisk(64 << 20);
      const server = await start(join(disk.folder, 'cache'));
      const paths = await storeThree(server);
      // A remount is refused while the index is open for writing; this is refused nothing.
      const folders = ['tmp', 'images', 'images/kept'].map((name) => join(server.cacheDir, name));
      execFileSync('chattr', ['+i', ...folders]);
      await expectDegraded(server, paths, readOnly);
      execFileSync('chattr', ['-i', ...folders]);
      await expectRecovery(server, paths);
      await expectKept(server, paths);
    });
  },
);

it('a process without descriptors serves what is open, and all once it has some', async () => {
  const server = await start(join(temporaryFolder(), 'cache'));
  const paths = await storeThree(server);
  const open = imageTarget(paths[0]!);
  expect((await server.get(open)).status).toBe(200); // and it stays open from now on
  const lift = limitDescriptors(server.pid, 3);

  expect((await server.get(open)).body.equals(bodies[0]!)).toBe(true);
  const refused = await server.prefetch('new', [urlOf(3)]);
  expect(refused.results[0]).toMatchObject({ status: 'failed' });
  expectProblem(await server.get(imageTarget(paths[1]!)), 500, 'storage-failed'); // and not 404
  expect((await server.get('/readyz')).json()).toEqual({
    status: 'ready',
    store: 'degraded',
    reason: 'too many files are open',
  });
  expect(await metric(server, 'store_errors_total', 'descriptors')).toBeGreaterThan(0);

  lift();
  await expectRecovery(server, paths);
  await expectKept(server, paths);
});
