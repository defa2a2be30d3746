// serve --trace: what is asked for is written as `image-cache replay` reads it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { parsePrometheus } from '../../support/prometheus.ts';
import { throughTarget } from '../../support/read-through.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';

let origin: ScriptedOrigin;
const bodies: Buffer[] = [];

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  for (const seed of [1, 2, 3, 4]) bodies.push(await picture(seed));
});
afterAll(() => origin.stop());

const size = (i: number): number => bodies[i]?.length ?? NaN;

const start = (trace: string): Promise<CacheServer> =>
  CacheServer.start({ args: ['--origin', origin.url, '--trace', trace] });

interface Replay {
  requests: number;
  requested_bytes: number;
  prefetches: number;
  openings: number;
  actors: number;
  pictures: number;
  picture_bytes: number;
  results: unknown[];
}

async function replay(trace: string): Promise<Replay> {
  const { code, stdout, stderr } = await run(['replay', trace, '--size', '1MiB', '--json']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Replay;
}

it('hits, misses and prefetches are recorded, over restarts', async () => {
  const trace = join(temporaryFolder(), 'trace.csv');
  const urls = bodies.map((body, i) => origin.on(`/bucket/0001/${i}.jpg`, answer(200, body)));
  const [first = '', second = '', third = '', fourth = ''] = urls;
  let server = await start(trace);
  const report = await server.prefetch('0001', [first, second]);
  const path = report.results[0]?.local_path ?? '';

  // Three by path, the second from what is kept open and one with nothing to send, then a hit and a miss by URL.
  const { headers } = await server.get(imageTarget(path));
  await server.get(imageTarget(path));
  const unchanged = await server.get(imageTarget(path), { 'if-none-match': headers.etag ?? '' });
  expect(unchanged.status).toBe(304);
  expect((await server.get(throughTarget(second, { actor_id: '0001' }))).status).toBe(200);
  expect((await server.get(throughTarget(third, { actor_id: '0001' }))).status).toBe(200);
  // No accesses: what does not exist, and what is asked about.
  expect((await server.get(throughTarget(`${origin.url}/bucket/none.jpg`))).status).toBe(404);
  expect((await server.get(imageTarget('.image-cache/images/1/1_1.jpg'))).status).toBe(404);
  await server.get(`/api/cache/exists?path=${encodeURIComponent(path)}`);
  // The miss is noted when its download has ended.
  await until('the rows', async () => {
    const metrics = parsePrometheus((await server.get('/metrics')).text);
    return metrics.get('image_cache_trace_rows_total')?.samples[0]?.value === 7;
  });
  expect(await server.stop()).toBe(0);

  // A page that opens an actor prefetches with high priority what it lacks: somebody looks at it.
  server = await start(trace);
  await server.prefetch('0002', [fourth], { priority: 'high' });
  expect(await server.stop()).toBe(0);

  expect((await readFile(trace, 'utf8')).split('\n')[0]).toBe('time,id,size,actor,prefetch');
  expect(await replay(trace)).toMatchObject({
    requests: 6,
    requested_bytes: 3 * size(0) + size(1) + size(2) + size(3),
    prefetches: 2,
    openings: 2,
    actors: 2,
    pictures: 4,
    picture_bytes: size(0) + size(1) + size(2) + size(3),
  });
});

it('its openings are not written over it', async () => {
  const trace = join(temporaryFolder(), 'trace.csv');
  const rows = 'time,id,size,actor,prefetch\n1,1,1,a,0\n';
  await writeFile(trace, rows);
  const replayed = await run(['replay', trace, '--openings', trace]);
  expect(replayed).toMatchObject({ code: 2, stdout: '' });
  expect(replayed.stderr).toContain('would overwrite the trace');
  expect(await readFile(trace, 'utf8')).toBe(rows);
});

it('a file that cannot be written, or is no trace, is told at the start', async () => {
  const folder = temporaryFolder();
  const serve = ['serve', '--listen', '127.0.0.1:0', '--cache-dir', join(folder, 'cache')];
  const nowhere = await run([...serve, '--trace', join(folder, 'none', 'trace.csv')]);
  expect(nowhere.code).toBe(1);
  expect(nowhere.stderr).toContain('--trace: cannot write the trace');
  expect(nowhere.stderr).toContain('No such file or directory');

  const letters = join(folder, 'letters.txt');
  await writeFile(letters, 'Dear Sir\n');
  const other = await run([...serve, '--trace', letters]);
  expect(other.code).toBe(1);
  expect(other.stderr).toContain('this is no access trace');
  expect(await readFile(letters, 'utf8')).toBe('Dear Sir\n');
});
