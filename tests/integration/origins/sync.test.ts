// What is cached is kept in step with a folder of a bucket: by hand, and on a schedule.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { run, type Run } from '../../support/cli.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { parsePrometheus } from '../../support/prometheus.ts';
import { S3 } from '../../support/s3.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, inTurn, type Script } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';

interface Report {
  prefix: string;
  complete: boolean;
  listed: number;
  unchanged: number;
  new: number;
  changed: number;
  gone: number;
  kept: number;
  failed: number;
  left_out: number;
  items: { action: string; s3_url: string }[];
}
interface Stats {
  total_entries: number;
  total_size_bytes: number;
  evictions: number;
  sync?: { every_s: number; folders: { runs: number; next_at: number; last?: Report }[] };
}

let s3: S3;
// Each test has a folder of its own in the bucket.
let folder = '';
let folders = 0;

beforeAll(async () => {
  s3 = await S3.start();
});
afterAll(() => s3.stop());
beforeEach(() => {
  folders += 1;
  folder = `folder-${folders}`;
});

const put = async (name: string, seed: number, side = 64): Promise<string> =>
  s3.put(`${folder}/${name}`, await picture(seed, 'jpeg', side));
const prefix = (): string => `s3://${s3.bucket}/${folder}/`;
const start = (...args: string[]): Promise<CacheServer> =>
  CacheServer.start({ args: ['--s3-endpoint', s3.endpoint, ...args] });
const statsOf = async (server: CacheServer): Promise<Stats> =>
  (await server.get('/api/cache/stats')).json() as Stats;
const actions = (report: Report): string[] =>
  report.items.map(({ action, s3_url }) => `${action} ${s3_url.slice(prefix().length)}`).sort();

describe.each([true, false])('image-cache sync, with a running server: %s', (running) => {
  const withFolder = async (
    test: (sync: (...args: string[]) => Promise<Run>, cacheDir: string) => Promise<void>,
  ): Promise<void> => {
    const server = await start();
    if (!running) await server.stop();
    await test(
      (...args) =>
        run(['sync', '--cache-dir', server.cacheDir, '--s3-endpoint', s3.endpoint, ...args]),
      server.cacheDir,
    );
    if (running) expect(await server.stop()).toBe(0);
  };

  it('fetches what is new and changed, removes what is gone, and tells before it does', () =>
    withFolder(async (sync) => {
      await Promise.all(
        ['0001/a.jpg', '0001/b.jpg', '0002/ü c.jpg'].map((name, i) => put(name, i)),
      );
      const first = await sync(prefix());
      expect(first, first.stderr).toMatchObject({ code: 0 });
      expect(first.stdout).toContain('3 new, 0 changed, 0 gone, 0 unchanged, 0 failed');

      await put('0001/a.jpg', 10);
      await put('0003/d.jpg', 11);
      await s3.delete(`${folder}/0001/b.jpg`);
      const news = ['changed 0001/a.jpg', 'gone 0001/b.jpg', 'new 0003/d.jpg'];
      const dry = JSON.parse((await sync(prefix(), '--dry-run', '--json')).stdout) as Report;
      expect(actions(dry)).toEqual(news);
      const again = await sync(prefix(), '--dry-run');
      expect(again.stdout).toContain(`would do in ${prefix()}: 1 new, 1 changed, 1 gone, 1 unch`);

      const done = JSON.parse((await sync(prefix(), '--json')).stdout) as Report;
      expect(actions(done)).toEqual(news);
      const quiet = JSON.parse((await sync(prefix(), '--json')).stdout) as Report;
      expect(quiet).toMatchObject({ unchanged: 3, items: [] });
    }));

  it('keeps what a bucket that lost more than half does not list, until told', () =>
    withFolder(async (sync) => {
      await Promise.all(['0001/a.jpg', '0001/b.jpg', '0001/c.jpg'].map((name, i) => put(name, i)));
      expect((await sync(prefix())).code).toBe(0);
      await Promise.all(['a', 'b'].map((name) => s3.delete(`${folder}/0001/${name}.jpg`)));
      const kept = await sync(prefix());
      expect(kept.code).toBe(1);
      expect(kept.stderr).toContain('--delete');
      const removed = await sync(prefix(), '--delete');
      expect(removed, removed.stderr).toMatchObject({ code: 0 });
      expect(removed.stdout).toContain('2 gone');
    }));

  it('says what is wrong', () =>
    withFolder(async (sync) => {
      const missing = await sync('s3://missing/');
      expect(missing.code).toBe(1);
      expect(missing.stderr.trimEnd().split('\n').at(-1)).toMatch(/^image-cache: s3:\/\/missing\//);
      expect((await sync('training')).code).toBe(2);
    }));
});

describe('serve --sync', () => {
  it('syncs when it is ready, and again and again', async () => {
    await Promise.all(['0001/a.jpg', '0001/b.jpg', '0001/c.jpg'].map((name, i) => put(name, i)));
    const server = await start('--sync', prefix(), '--every', '1s');
    const told = await until(
      'the first run',
      async () => (await statsOf(server)).sync?.folders[0]?.last,
    );
    expect(told).toMatchObject({ complete: true, new: 3 });
    const first = (await server.manifest()).entries;

    const bytes = await picture(20);
    await s3.put(`${folder}/0001/a.jpg`, bytes);
    await s3.delete(`${folder}/0001/b.jpg`);
    const { entries } = await until('another run', async () => {
      const manifest = await server.manifest();
      return s3.url(`${folder}/0001/b.jpg`) in manifest.entries ? undefined : manifest;
    });
    const url = s3.url(`${folder}/0001/a.jpg`);
    expect(Object.keys(entries)).toHaveLength(2);
    expect(entries[url]?.local_path).not.toBe(first[url]?.local_path);
    expect((await server.get(imageTarget(entries[url]?.local_path ?? ''))).body.equals(bytes)).toBe(
      true,
    );
    const metrics = parsePrometheus((await server.get('/metrics')).text);
    const value = (name: string): number | undefined =>
      metrics.get(`image_cache_sync_${name}`)?.samples[0]?.value;
    expect(value('fetched_total')).toBe(4);
    expect(value('removed_total')).toBe(1);
    expect(value('failed_runs_total')).toBe(0);
    expect(await server.stop()).toBe(0);
    expect(server.stderr).toContain('3 new');
  });

  it('takes a folder for one actor, and leaves what does not fit', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, i) => put(`${i}.jpg`, i, 96)));
    // Room for some of them.
    const server = await start('--max-size', '300KB', '--sync', `${prefix()}=all`, '--every', '1h');
    const last = await until('the run', async () => (await statsOf(server)).sync?.folders[0]?.last);
    expect(last.new).toBeGreaterThan(0);
    expect(last.left_out).toBe(30 - last.new);
    const stats = await statsOf(server);
    expect(stats).toMatchObject({ total_entries: last.new, evictions: 0 });
    expect(server.stderr).toContain('--max-size');
    await server.stop();
  });

  it('pages through a long listing', async () => {
    const origin = await ScriptedOrigin.start();
    const body = await picture(1);
    const page = (keys: string[], next = ''): Script =>
      answer(
        200,
        `<ListBucketResult><IsTruncated>${String(next !== '')}</IsTruncated>` +
          `<NextContinuationToken>${next}</NextContinuationToken>${keys
            .map((key) => `<Contents><Key>${key}</Key><ETag>"e"</ETag><Size>1</Size></Contents>`)
            .join('')}</ListBucketResult>`,
      );
    const keys = ['0001/a.jpg', '0001/b.jpg', '0002/c.jpg'];
    for (const key of keys) origin.on(`/training/${key}`, answer(200, body, { etag: '"e"' }));
    origin.on('/training', inTurn(page(keys.slice(0, 2), 'next'), page(keys.slice(2))));
    const server = await CacheServer.start({ args: ['--s3-endpoint', origin.url] });
    const synced = await server.post('/api/cache/sync', { prefix: 's3://training/' });
    expect(synced.status, synced.text).toBe(200);
    expect(synced.json()).toMatchObject({ complete: true, listed: 3, new: 3, failed: 0 });
    expect(origin.requests.some(({ target }) => target.includes('continuation-token=next'))).toBe(
      true,
    );
    await server.stop();
    await origin.stop();
  });

  it.each([1, 2, 5])('ends a listing that goes round in a circle of %d pages', async (length) => {
    const origin = await ScriptedOrigin.start();
    const page = (i: number): Script =>
      answer(
        200,
        `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>${i}` +
          `</NextContinuationToken></ListBucketResult>`,
      );
    const circle = Array.from({ length }, (_, i) => page(i));
    origin.on('/training', inTurn(page(-1), ...Array.from({ length: 8 }, () => circle).flat()));
    const server = await CacheServer.start({ args: ['--s3-endpoint', origin.url] });
    const synced = await server.post('/api/cache/sync', { prefix: 's3://training/' });
    expect(synced.json()).toMatchObject({
      complete: false,
      detail: expect.stringContaining('circle'),
    });
    expect(origin.requests.length).toBeLessThan(2 + 4 * length);
    await server.stop();
    await origin.stop();
  });

  it('goes on after a kill in the middle with what is missing', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => put(`0001/${i}.jpg`, i)));
    const server = await start('--sync', prefix());
    await until('some pictures', async () => (await statsOf(server)).total_entries > 0);
    await server.kill();
    const again = await CacheServer.start({
      cacheDir: server.cacheDir,
      args: ['--s3-endpoint', s3.endpoint, '--sync', prefix()],
    });
    const last = await until('the run', async () => (await statsOf(again)).sync?.folders[0]?.last);
    expect(last.new + last.unchanged).toBe(12);
    expect(last.unchanged).toBeGreaterThan(0);
    expect((await statsOf(again)).total_entries).toBe(12);
    await again.stop();
  });

  it('tells in the log that a folder cannot be listed, and goes on serving', async () => {
    const server = await start('--sync', 's3://missing/', '--every', '1s');
    const { last } = await until('two runs', async () => {
      const one = (await statsOf(server)).sync?.folders[0];
      return one !== undefined && one.runs > 1 ? one : undefined;
    });
    expect(last).toMatchObject({ complete: false, error: 'origin-not-found' });
    expect(server.stderr).toContain('s3://missing/');
    await server.stop();
  });

  it.each([
    [['--sync', 'training'], 's3://bucket/prefix/'],
    [['--sync', 's3://training/', '--every', '10'], '10m'],
    [['--sync', 's3://training/', '--dry-run'], 'image-cache sync'],
  ])('refuses %j', async (args, advice) => {
    const refused = await run(['serve', ...args]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(advice);
  });
});

describe('POST /api/cache/sync', () => {
  let server: CacheServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it.each([
    ['not json', 'invalid-json'],
    [[], 'invalid-request'],
    [{}, 'invalid-request'],
    [{ prefix: 'https://s3.amazonaws.com/training/' }, 'invalid-request'],
    [{ prefix: 's3://training/', actor_id: '../x' }, 'invalid-actor-id'],
    [{ prefix: 's3://training/', dry_run: 1 }, 'invalid-request'],
    [{ prefix: 's3://training/', delete: 'yes' }, 'invalid-request'],
  ])('refuses %j', async (body, slug) => {
    expectProblem(await server.post('/api/cache/sync', body), 400, slug);
  });

  it('has no place in the statistics of a server without --sync', async () => {
    expect((await statsOf(server)).sync).toBeUndefined();
  });
});
