// Real damage on real files: what `image-cache verify` finds and repairs, with a server and without one.
import { mkdir, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { filesBelow, temporaryFolder } from '../../support/files.ts';
import { cacheFive, fileOf, type FivePictures } from '../../support/five-pictures.ts';
import type { Answer } from '../../support/http.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';
import { until } from '../../support/until.ts';

interface Findings {
  found: number;
  repaired: number;
  examples: string[];
}
interface Report {
  state: 'running' | 'done' | 'cancelled' | 'failed';
  entries_total: number;
  entries_checked: number;
  bytes_checked: number;
  findings: Record<string, Findings>;
  findings_left: number;
  foreign: number;
}

let s3: S3;

beforeAll(async () => {
  s3 = await S3.start();
});
afterAll(() => s3.stop());

const start = (cacheDir: string, args: string[] = []): Promise<CacheServer> =>
  CacheServer.start({ cacheDir, args: ['--s3-endpoint', s3.endpoint, ...args] });

/** A folder with five pictures that no server has. */
async function filledFolder(): Promise<FivePictures> {
  const server = await start(join(temporaryFolder(), 'cache'));
  const filled = await cacheFive(server, s3);
  expect(await server.stop()).toBe(0);
  return filled;
}

/** One damage of each kind; "a" stays sound. */
async function damage({ cacheDir, paths }: FivePictures): Promise<void> {
  const file = (name: string): string => fileOf(cacheDir, paths[name] ?? '');
  await rm(file('b'));
  await truncate(file('c'), 100);
  const size = (await stat(file('d'))).size;
  await writeFile(file('d'), Buffer.alloc(size));
  await writeFile(join(dirname(file('a')), '0001_00000000deadbeef.jpg'), 'an orphan');
  await writeFile(join(dirname(file('a')), 'holiday.jpg'), "an operator's own");
  const leftover = join(cacheDir, 'tmp/picture-0123456789abcdef0123456789abcdef');
  await writeFile(leftover, 'half a picture');
  await utimes(leftover, 1000, 1000);
}

const found = (report: Report): Record<string, number> =>
  Object.fromEntries(Object.entries(report.findings).map(([kind, each]) => [kind, each.found]));

const oneOfEach = {
  missing_files: 1,
  wrong_sizes: 1,
  wrong_hashes: 1,
  unreadable: 0,
  orphans: 1,
  leftovers: 1,
  smaller: 0,
  not_adopted: 0,
};

const verify = (cacheDir: string, ...args: string[]): ReturnType<typeof run> =>
  run(['verify', '--cache-dir', cacheDir, ...args]);

/** Every file with its time and size: what reading alone must not change. */
async function snapshot(cacheDir: string): Promise<string[]> {
  const names = await filesBelow(cacheDir);
  const stats = await Promise.all(names.map((name) => stat(join(cacheDir, name))));
  return names.map((name, i) => `${name} ${stats[i]?.size} ${stats[i]?.mtimeMs}`);
}

describe('image-cache verify without a server', () => {
  it('says that a sound cache is sound', async () => {
    const { cacheDir } = await filledFolder();
    const before = await snapshot(cacheDir);
    const result = await verify(cacheDir);
    expect(result).toMatchObject({ code: 0, stderr: expect.not.stringContaining('findings') });
    expect(result.stdout).toContain('checked 5 of 5 pictures');
    expect(result.stdout).toContain('everything is sound');
    expect(await snapshot(cacheDir)).toEqual(before);
  });

  it('tells the kinds of damage apart, and changes nothing', async () => {
    const filled = await filledFolder();
    await damage(filled);
    const before = await snapshot(filled.cacheDir);
    const result = await verify(filled.cacheDir, '--json');
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('5 findings; --repair mends them');
    const report = JSON.parse(result.stdout) as Report;
    expect(found(report)).toEqual(oneOfEach);
    expect(report.findings['wrong_sizes']?.examples).toEqual([filled.paths['c']]);
    expect(report).toMatchObject({ state: 'done', findings_left: 5, foreign: 1 });
    expect(await snapshot(filled.cacheDir)).toEqual(before);

    const words = await verify(filled.cacheDir);
    expect(words.stdout).toMatch(/^missing files +1 found, 0 repaired: \.image-cache/m);
  });

  it('repairs, keeps what is not its own, and what was dropped comes again', async () => {
    const filled = await filledFolder();
    await damage(filled);
    const repaired = await verify(filled.cacheDir, '--repair', '--json');
    expect(repaired.code, repaired.stderr).toBe(0);
    const report = JSON.parse(repaired.stdout) as Report;
    expect(found(report)).toEqual(oneOfEach);
    expect(report.findings_left).toBe(0);
    expect(await verify(filled.cacheDir)).toMatchObject({ code: 0 });
    expect(await readdir(join(filled.cacheDir, 'tmp'))).toEqual([]);
    const names = await readdir(join(filled.cacheDir, 'images/0001'));
    expect(names.sort()).toEqual(
      [basename(filled.paths['a'] ?? ''), basename(filled.paths['e'] ?? ''), 'holiday.jpg'].sort(),
    );

    const server = await start(filled.cacheDir);
    const { results } = await server.prefetch('0001', Object.values(filled.urls));
    expect(results.map(({ status }) => status)).toEqual([
      'already_cached',
      'cached',
      'cached',
      'cached',
      'already_cached',
    ]);
    expect(await server.stop()).toBe(0);
  });

  it('finds nothing where there is no folder, and makes none', async () => {
    const missing = join(temporaryFolder(), 'missing');
    expect(await verify(missing)).toMatchObject({ code: 0 });
    expect(await verify(missing, '--repair')).toMatchObject({ code: 0 });
    await expect(stat(missing)).rejects.toThrow('ENOENT');
  });

  it('names what an earlier system left that cannot be taken over', async () => {
    const cacheDir = join(temporaryFolder(), 'cache');
    await mkdir(join(cacheDir, 'images/0001'), { recursive: true });
    const good = await picture(2);
    await writeFile(join(cacheDir, 'images/0001/0001_abc123.jpg'), good);
    const entry = (name: string, file: string): [string, unknown] => {
      const url = `https://s3.amazonaws.com/training/${name}.jpg`;
      const local_path = `.image-cache/images/0001/${file}`;
      const more = { cached_at: 1, size_bytes: good.length, actor_id: '0001', filename: '' };
      return [url, { s3_url: url, local_path, etag: '', ...more }];
    };
    const entries = Object.fromEntries([
      entry('good', '0001_abc123.jpg'),
      entry('gone', '0001_gone.jpg'),
    ]);
    const manifest = { version: '1.0', last_updated: 1, entries };
    await writeFile(join(cacheDir, 'manifest.json'), JSON.stringify(manifest));

    const read = await verify(cacheDir, '--json');
    expect(read.code).toBe(1);
    const report = JSON.parse(read.stdout) as Report;
    expect(report).toMatchObject({ entries_checked: 1, findings_left: 1 });
    expect(report.findings['not_adopted']?.examples).toEqual([
      '.image-cache/images/0001/0001_gone.jpg: its file is not there',
    ]);
    expect(await readdir(cacheDir)).not.toContain('index.sqlite');
    expect(await verify(cacheDir, '--repair')).toMatchObject({ code: 0 });
    expect(await verify(cacheDir)).toMatchObject({ code: 0 });
  });
});

describe('image-cache verify beside a server', () => {
  it('goes through the server, which keeps serving', async () => {
    const server = await start(join(temporaryFolder(), 'cache'));
    const filled = await cacheFive(server, s3);
    await damage(filled);
    const read = await verify(filled.cacheDir, '--json');
    expect(read.code).toBe(1);
    expect(found(JSON.parse(read.stdout) as Report)).toEqual(oneOfEach);

    const repaired = await verify(filled.cacheDir, '--repair');
    expect(repaired.code, repaired.stderr).toBe(0);
    expect(repaired.stdout).toContain(`(the server at ${server.origin})`);
    expect(Object.keys((await server.manifest()).entries).sort()).toEqual(
      [filled.urls['a'], filled.urls['e']].sort(),
    );
    // By its URL, what was dropped comes again at once.
    const url = encodeURIComponent(filled.urls['d'] ?? '');
    const again = await server.get(`/api/cache/image?url=${url}`);
    expect(again.body.equals(await picture(3))).toBe(true);
    expect(await server.stop()).toBe(0);
  });

  it('does not disturb, and is not disturbed by, what goes on', async () => {
    const server = await start(join(temporaryFolder(), 'cache'));
    const filled = await cacheFive(server, s3);
    const busy = { on: true };
    const changes = (async (): Promise<void> => {
      for (let i = 0; busy.on; i += 1) {
        await server.prefetch(`000${i % 3}`, Object.values(filled.urls));
        if (i % 2 === 0) await server.post(`/api/cache/clear/000${i % 3}`);
      }
    })();
    for (let round = 0; round < 5; round += 1) {
      const result = await verify(filled.cacheDir, '--repair', '--json');
      expect(result.code, result.stdout).toBe(0);
      const report = JSON.parse(result.stdout) as Report;
      expect(Object.values(found(report)).every((count) => count === 0)).toBe(true);
    }
    busy.on = false;
    await changes;
    expect(await server.stop()).toBe(0);
  });
});

describe('/api/cache/verify', () => {
  const target = '/api/cache/verify';
  const cancel = (server: CacheServer): Promise<Answer> =>
    server.send(target, { method: 'DELETE' });

  it('runs one at a time, tells how far it is, and can be cancelled', async () => {
    const server = await start(join(temporaryFolder(), 'cache'));
    await cacheFive(server, s3);
    expectProblem(await server.get(target), 404, 'no-verification');
    expectProblem(await cancel(server), 404, 'no-verification');

    const begun = await server.post(target, { bytes_per_second: 1 });
    expect(begun.status).toBe(202);
    expect(begun.json()).toMatchObject({ state: 'running', entries_checked: 0 });
    expectProblem(await server.post(target), 409, 'verification-running');
    expect((await server.get(target)).json()).toMatchObject({ state: 'running' });
    expect([200, 202]).toContain((await cancel(server)).status);
    await until('it is cancelled', async () => {
      return ((await server.get(target)).json() as Report).state === 'cancelled';
    });
    expect((await cancel(server)).status).toBe(200);

    expect((await server.post(target)).status).toBe(202);
    const done = await until('it is done', async () => {
      const report = (await server.get(target)).json() as Report;
      return report.state === 'done' && report;
    });
    expect(done).toMatchObject({ entries_total: 5, entries_checked: 5, findings_left: 0 });
    expect(await server.stop()).toBe(0);
  });

  it.each([
    ['not JSON', '{', 'invalid-json'],
    ['not an object', '[]', 'invalid-request'],
    ['repair is no boolean', '{"repair": 1}', 'invalid-request'],
    ['a negative rate', '{"bytes_per_second": -1}', 'invalid-request'],
  ])('refuses a body that is wrong: %s', async (_, body, problem) => {
    const server = await start(join(temporaryFolder(), 'cache'));
    expectProblem(await server.post(target, body), 400, problem);
    expect(await server.stop()).toBe(0);
  });

  it('is a change: other origins and missing tokens are refused', async () => {
    const token = join(temporaryFolder(), 'token');
    await writeFile(token, 'secret');
    const server = await start(join(temporaryFolder(), 'cache'), ['--token-file', token]);
    expectProblem(await server.post(target), 401, 'unauthorized');
    expectProblem(await cancel(server), 401, 'unauthorized');
    const origin = { origin: 'https://evil.example.com' };
    expectProblem(await server.post(target, undefined, origin), 403, 'cross-origin-refused');
    expect(await verify(server.cacheDir)).toMatchObject({ code: 1 });
    const other = join(temporaryFolder(), 'other');
    await writeFile(other, 'another-secret-of-the-same-operator');
    const refused = await verify(server.cacheDir, '--token-file', other);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('does not take this token');
    expect(await verify(server.cacheDir, '--token-file', token)).toMatchObject({ code: 0 });
    expect(await server.stop()).toBe(0);
  });
});
