// Prefetches in the background: watched and cancelled by their id.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import type { Answer } from '../../support/http.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, held } from '../../support/scripts.ts';
import { Gate, until } from '../../support/until.ts';

interface Job {
  state: 'queued' | 'running' | 'done' | 'cancelled';
  requested: number;
  cached: number;
  failed: number;
  started_at: number | null;
  finished_at: number | null;
  results?: { status: string; error?: string }[];
}

let origin: ScriptedOrigin;
let server: CacheServer;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  server = await CacheServer.start({ args: ['--origin', origin.url] });
});
afterAll(async () => {
  await server.stop();
  await origin.stop();
});

const order = (actorId: string, urls: string[]): unknown => ({
  actor_id: actorId,
  images: urls.map((s3_url) => ({ s3_url })),
  wait: false,
});

async function startJob(actorId: string, urls: string[]): Promise<string> {
  const accepted = await server.post('/api/cache/prefetch', order(actorId, urls));
  expect(accepted.status, accepted.text).toBe(202);
  return `/api/cache/jobs/${(accepted.json() as { job_id: string }).job_id}`;
}

const cancel = (target: string, headers: Record<string, string> = {}): Promise<Answer> =>
  server.send(target, { method: 'DELETE', headers });

async function jobAt(target: string): Promise<Job> {
  const found = await server.get(target);
  expect(found.status, found.text).toBe(200);
  return found.json() as Job;
}

describe('GET /api/cache/jobs/:id', () => {
  it('counts while the job runs, and gives the results when it is done', async () => {
    const gate = new Gate();
    const bytes = await picture(1);
    const quick = origin.on('/quick.jpg', answer(200, bytes));
    const slow = origin.on('/slow.jpg', held(gate, answer(200, await picture(2))));
    const job = await startJob('0001', [quick, slow, 'http://elsewhere.example/x.jpg']);
    const running = await until('the first picture', async () => {
      const now = await jobAt(job);
      return now.cached === 1 ? now : undefined;
    });
    expect(running).toEqual({
      job_id: job.split('/').at(-1),
      actor_id: '0001',
      state: 'running',
      created_at: expect.any(Number),
      started_at: expect.any(Number),
      finished_at: null,
      requested: 3,
      cached: 1,
      already_cached: 0,
      failed: 1,
      bytes: bytes.length,
    });
    gate.open();
    const done = await until('the end', async () => {
      const now = await jobAt(job);
      return now.state === 'done' ? now : undefined;
    });
    expect(done).toMatchObject({ requested: 3, cached: 2, failed: 1 });
    expect(done.finished_at).toBeGreaterThanOrEqual(done.started_at ?? Infinity);
    expect(done.results).toMatchObject([
      { s3_url: quick, status: 'cached', local_path: expect.any(String), size_bytes: bytes.length },
      { s3_url: slow, status: 'cached' },
      { status: 'failed', error: 'origin-not-allowed' },
    ]);
  });

  it.each(['0123456789abcdef', 'x', '..%2f..', '%00'])('knows no job "%s"', async (id) => {
    expectProblem(await server.get(`/api/cache/jobs/${id}`), 404, 'no-such-job');
    expectProblem(await cancel(`/api/cache/jobs/${id}`), 404, 'no-such-job');
  });

  it('names the methods that it knows', async () => {
    const wrong = await server.post('/api/cache/jobs/0123456789abcdef');
    expectProblem(wrong, 405, 'method-not-allowed');
    expect(wrong.headers.allow).toBe('GET, HEAD, DELETE, OPTIONS');
  });
});

describe('DELETE /api/cache/jobs/:id', () => {
  it('cancels what nobody else wants, and answers how the job ended', async () => {
    const gate = new Gate();
    const wanted = origin.on('/wanted.jpg', held(gate, answer(200, await picture(3))));
    const unwanted = origin.on('/unwanted.jpg', held(gate, answer(200, await picture(4))));
    const job = await startJob('0002', [wanted, unwanted]);
    const other = server.prefetch('0002', [wanted]);
    await until('both downloads, one of them shared', async () => {
      const { coalesced, downloads_running } = await server.stats();
      return coalesced === 1 && downloads_running === 2;
    });

    const cancelled = await cancel(job);
    expect(cancelled.status, cancelled.text).toBe(200);
    expect(cancelled.json()).toMatchObject({
      state: 'cancelled',
      requested: 2,
      cached: 0,
      failed: 2,
      results: [
        { status: 'failed', error: 'cancelled' },
        { status: 'failed', error: 'cancelled' },
      ],
    });
    await until('one to stop', async () => (await server.stats()).downloads_running === 1);

    gate.open();
    expect((await other).cached).toBe(1);
    expect(Object.keys((await server.manifest()).entries)).not.toContain(unwanted);
    expect((await jobAt(job)).state).toBe('cancelled');
  });

  it('leaves a job that is done as it is', async () => {
    const job = await startJob('0003', []);
    await until('the end', async () => (await jobAt(job)).state === 'done');
    expect((await cancel(job)).json()).toMatchObject({ state: 'done', requested: 0 });
  });

  it('is as guarded as every change', async () => {
    const job = await startJob('0004', []);
    const foreign = await cancel(job, { origin: 'https://evil.example' });
    expectProblem(foreign, 403, 'cross-origin-refused');

    const tokenFile = join(temporaryFolder(), 'token');
    await writeFile(tokenFile, 'a-secret-token\n');
    const closed = await CacheServer.start({ args: ['--token-file', tokenFile] });
    const target = '/api/cache/jobs/0123456789abcdef';
    expectProblem(await closed.send(target, { method: 'DELETE' }), 401, 'unauthorized');
    expectProblem(await closed.get(target), 404, 'no-such-job');
    await closed.stop();
  });

  it('is among the methods that a trusted page may use', async () => {
    const preflight = await server.send('/api/cache/jobs/x', {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'DELETE' },
    });
    expect(preflight.headers['access-control-allow-methods']).toMatch(/\bDELETE\b/);
  });
});

it('refuses a job when too many run, and says when to come again', async () => {
  const gate = new Gate();
  const url = origin.on('/all-wait.jpg', held(gate, answer(200, await picture(5))));
  const limit = 256;
  const jobs = await Promise.all(Array.from({ length: limit }, () => startJob('0005', [url])));
  const refused = await server.post('/api/cache/prefetch', order('0005', [url]));
  expectProblem(refused, 429, 'too-many-jobs');
  expect(refused.headers['retry-after']).toMatch(/^\d+$/);
  expect((await server.get('/metrics')).text).toMatch(/^image_cache_jobs_running 256$/m);

  gate.open();
  await until('all to end', async () => {
    const states = await Promise.all(jobs.map(async (job) => (await jobAt(job)).state));
    return states.every((state) => state === 'done');
  });
  expect(origin.requestsFor('/all-wait.jpg')).toBe(1);
  await startJob('0005', [url]);
});
