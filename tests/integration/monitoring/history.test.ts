// GET /api/cache/stats?history= and what it keeps over restarts.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';

interface Point {
  at: number;
  hits: number;
  misses: number;
  bytes_served: number;
  origin_bytes: number;
  origin_requests: number;
  origin_ms: number;
  evictions: number;
  stored_bytes: number;
  saved_ms: number;
  errors: number;
}
interface History {
  history: { resolution_s: number; points: Point[] };
}

let origin: ScriptedOrigin;
let body: Buffer;
beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  body = await picture(1);
});
afterAll(() => origin.stop());

async function historyOf(server: CacheServer, step: string): Promise<History['history']> {
  const response = await server.get(`/api/cache/stats?history=${step}`);
  expect(response.status).toBe(200);
  return (response.json() as History).history;
}

function sum(points: Point[], field: keyof Point): number {
  return points.reduce((total, point) => total + point[field], 0);
}

it('counts what is done, and goes on with it after a restart', async () => {
  const args = ['--origin', origin.url];
  const first = await CacheServer.start({ args });
  const path = await first.cache('0001', origin.on('/a.jpg', answer(200, body)));
  for (let i = 0; i < 3; ++i) await first.get(imageTarget(path));
  await first.get(imageTarget('.image-cache/images/0001/0001_0123456789abcdef.jpg'));
  await first.prefetch('0001', [origin.on('/none.jpg', answer(404, ''))]);

  const expectAll = (points: Point[], hits: number): void => {
    expect(sum(points, 'hits')).toBe(hits);
    expect(sum(points, 'misses')).toBe(1);
    expect(sum(points, 'bytes_served')).toBe(hits * body.length);
    expect(sum(points, 'origin_bytes')).toBe(body.length);
    expect(sum(points, 'origin_requests')).toBe(2);
    expect(sum(points, 'errors')).toBe(1);
    expect(points.at(-1)?.stored_bytes).toBe(body.length);
  };
  for (const [step, resolution] of [
    ['minute', 60],
    ['hour', 3600],
    ['day', 86400],
  ] as const) {
    const history = await historyOf(first, step);
    expect(history.resolution_s).toBe(resolution);
    expectAll(history.points, 3);
    for (const { at } of history.points) expect(at % (resolution * 1000)).toBe(0);
  }

  const table = await run(['stats', '--cache-dir', first.cacheDir, '--history', 'hour']);
  expect(table.code, table.stderr).toBe(0);
  expect(table.stdout).toMatch(/^from +hits +misses /);
  expect(table.stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:00 +3 +1 /m);

  await first.stop();
  const second = await CacheServer.start({ args, cacheDir: first.cacheDir });
  await second.get(imageTarget(path));
  expectAll((await historyOf(second, 'hour')).points, 4);
  await second.stop();
});

/** What is kept with the index, from a copy: who opens the index itself would write to it. */
async function savedHistory(cacheDir: string): Promise<Buffer | undefined> {
  const copy = temporaryFolder();
  for (const name of ['index.sqlite', 'index.sqlite-wal'])
    await cp(join(cacheDir, name), join(copy, name));
  const index = new DatabaseSync(join(copy, 'index.sqlite'));
  try {
    const row = index.prepare("SELECT content FROM notes WHERE name = 'history'").get();
    return row && Buffer.from(row['content'] as Uint8Array);
  } finally {
    index.close();
  }
}

it('outlives kill -9', async () => {
  const args = ['--origin', origin.url];
  const first = await CacheServer.start({ args });
  const path = await first.cache('0001', origin.on('/k.jpg', answer(200, body)));
  await first.stop();

  const second = await CacheServer.start({ args, cacheDir: first.cacheDir });
  const before = await savedHistory(first.cacheDir);
  await second.get(imageTarget(path));
  await until('the hit to be saved', async () => {
    const saved = await savedHistory(first.cacheDir);
    return saved !== undefined && !saved.equals(before ?? Buffer.alloc(0));
  });
  await second.kill();

  const third = await CacheServer.start({ args, cacheDir: first.cacheDir });
  for (const step of ['minute', 'hour', 'day']) {
    const { points } = await historyOf(third, step);
    expect(sum(points, 'hits')).toBe(1);
    expect(sum(points, 'origin_requests')).toBe(1);
    expect(points.at(-1)?.stored_bytes).toBe(body.length);
  }
  await third.stop();
});

it('is not there unless it is asked for, and knows three steps', async () => {
  const server = await CacheServer.start();
  expect(await server.stats()).not.toHaveProperty('history');
  for (const step of ['', 'week', 'Minute'])
    expectProblem(await server.get(`/api/cache/stats?history=${step}`), 400, 'invalid-request');
  await server.stop();
  const nobody = await run(['stats', '--cache-dir', server.cacheDir, '--history', 'day']);
  expect(nobody.code).toBe(1);
  expect(nobody.stderr).toContain('image-cache serve');
});

it('tells seconds saved by what the origin takes, not by the number of hits', async () => {
  const server = await CacheServer.start({ args: ['--origin', origin.url] });
  const slow = origin.on('/slow.jpg', async (socket) => {
    await new Promise((resolve) => setTimeout(resolve, 300)); // the origin's own latency
    return answer(200, body)(socket);
  });
  const path = await server.cache('0001', slow);
  expect((await server.stats()).time_saved_ms).toBe(0);
  const { etag = '' } = (await server.get(imageTarget(path))).headers;
  const once = (await server.stats()).time_saved_ms;
  expect(once).toBeGreaterThanOrEqual(300);
  expect(once).toBeLessThan(3000);
  // Nothing is saved by what the browser had already.
  await server.get(imageTarget(path), { 'if-none-match': etag });
  await server.send(imageTarget(path), { method: 'HEAD' });
  const stats = await server.stats();
  expect(stats.time_saved_ms).toBe(once);
  expect(stats.hits).toBe(3);
  const metrics = (await server.get('/metrics')).text;
  const seconds = Number(/^image_cache_saved_seconds_total (\S+)$/m.exec(metrics)?.[1]);
  expect(Math.floor(seconds * 1000)).toBe(once);

  // A server that has downloaded nothing yet knows it from the last one.
  await server.stop();
  const next = await CacheServer.start({
    args: ['--origin', origin.url],
    cacheDir: server.cacheDir,
  });
  await next.get(imageTarget(path));
  expect((await next.stats()).time_saved_ms).toBe(once);
  expect(((await next.stats()) as unknown as { saved_ms: number }).saved_ms).toBe(2 * once);
  await next.stop();
});
