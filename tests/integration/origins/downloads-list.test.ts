// GET /api/cache/downloads: what is being fetched, and what waits and why.
import { afterEach, beforeEach, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, halfThen } from '../../support/scripts.ts';
import { Gate, until } from '../../support/until.ts';

interface Listed {
  s3_url: string;
  actor_id: string;
  priority: string;
  host: string;
}

interface Downloads {
  running_total: number;
  running: (Listed & { bytes: number; total_bytes?: number; started_at: number })[];
  waiting: { total: number; first: (Listed & { reason: string })[] };
}

let origin: ScriptedOrigin;
let server: CacheServer;
let gate: Gate;

beforeEach(async () => {
  gate = new Gate();
  origin = await ScriptedOrigin.start();
  server = await CacheServer.start({ args: ['--origin', origin.url, '--downloads', '1'] });
});
afterEach(async () => {
  gate.open();
  await server.stop();
  await origin.stop();
});

const list = async (): Promise<Downloads> =>
  (await server.get('/api/cache/downloads')).json() as Downloads;

it('is empty when nothing is fetched', async () => {
  expect(await list()).toEqual({ running_total: 0, running: [], waiting: { total: 0, first: [] } });
});

it('tells how far one is that runs, and why others wait', async () => {
  const body = await picture(1, 'jpeg', 512);
  const first = origin.on('/first.jpg', halfThen(gate, body));
  const second = origin.on('/second.jpg', halfThen(gate, body));
  const began = Date.now();
  const done = server.prefetch('0001', [`${first}?X-Amz-Signature=secret`], { priority: 'high' });
  const running = await until('half of it', async () => {
    const [one] = (await list()).running;
    return one !== undefined && one.bytes > 0 ? one : undefined;
  });
  expect(running).toMatchObject({
    s3_url: first,
    actor_id: '0001',
    priority: 'high',
    host: '127.0.0.1',
    total_bytes: body.length,
  });
  expect(running.bytes).toBeLessThan(body.length);
  expect(running.started_at).toBeGreaterThanOrEqual(began - 1000);
  expect(running.started_at).toBeLessThanOrEqual(Date.now() + 1000);

  const alsoDone = server.prefetch('0002', [second], { priority: 'low' });
  await until('the second', async () => (await list()).waiting.total === 1);
  expect((await list()).waiting.first).toEqual([
    {
      s3_url: second,
      actor_id: '0002',
      priority: 'low',
      host: '127.0.0.1',
      reason: 'as many run as may at once',
    },
  ]);
  gate.open();
  await Promise.all([done, alsoDone]);
  expect((await list()).running).toEqual([]);
});

it('says what went wrong with one that is tried again', async () => {
  const url = origin.on('/busy.jpg', answer(503, 'busy', { 'retry-after': 20 }));
  void server.prefetch('0001', [url]).catch(() => undefined);
  const reason = await until(
    'its second attempt is awaited',
    async () =>
      (await list()).waiting.first.find((one) => one.reason.startsWith('tried again'))?.reason,
  );
  expect(reason).toMatch(/ in (19|20)\.\d s: the origin 127\.0\.0\.1 answered 503/);
});

it('lists a bounded part of many', async () => {
  const body = await picture(1);
  const urls = Array.from({ length: 120 }, (_, i) => origin.on(`/${i}.jpg`, halfThen(gate, body)));
  const done = server.prefetch('0001', urls);
  await until('all are known', async () => (await list()).waiting.total === 119);
  expect((await list()).waiting.first).toHaveLength(50);
  gate.open();
  await done;
});
