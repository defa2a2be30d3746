// GET /api/cache/events: what a page is told, and that it is all of it.
import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { EventSocket, readFrame, shakeHands } from '../../support/event-socket.ts';
import { picture } from '../../support/pictures.ts';
import { S3 } from '../../support/s3.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, held } from '../../support/scripts.ts';
import { Gate, until } from '../../support/until.ts';

let s3: S3;
let server: CacheServer;

beforeAll(async () => {
  s3 = await S3.start();
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

it('greets with the epoch and the revision of the manifest', async () => {
  await server.cache('greeting', await s3.put('greeting/a.jpg', await picture(1)));
  const socket = await EventSocket.open(server.origin);
  const hello = await socket.next('hello');
  const manifest = (await server.get('/api/cache/manifest')).json() as Record<string, unknown>;
  expect(hello).toMatchObject({ epoch: manifest['epoch'], revision: manifest['revision'] });
  expect(hello['server']).toMatch(/^\d+\.\d+\.\d+/);
  expect(socket.messages[0]).toBe(hello);
  socket.close();
});

it('tells every kind of change, the same and in the same order as ?since= does', async () => {
  const socket = await EventSocket.open(server.origin, '?types=changes');
  const hello = await socket.next('hello');
  const url = await s3.put('kinds/a.jpg', await picture(2));
  const path = await server.cache('kinds', url);
  await server.post('/api/cache/invalidate', { s3_url: url });
  await server.cache('kinds', url);
  await server.post('/api/cache/clear/kinds');
  await server.post('/api/cache/clear-all');
  const all = await until('all changes', async () => {
    const changes = socket.messages.flatMap((message) => (message['changes'] ?? []) as object[]);
    return changes.some((change) => 'removed_all' in change) ? changes : undefined;
  });
  expect(all).toMatchObject([
    { put: [{ s3_url: url, local_path: path }] },
    { removed: [{ s3_url: url, local_path: path }] },
    { put: [{ s3_url: url }] },
    { removed_actor: 'kinds' },
    { removed_all: true },
  ]);
  const since = await server.get(`/api/cache/manifest?since=${hello.revision}`);
  expect((since.json() as { changes: object[] }).changes).toEqual(all);
  const chain = socket.messages.filter(({ type }) => type === 'changes');
  chain.forEach((message, i) => {
    expect(message['since']).toBe(i === 0 ? hello.revision : chain[i - 1]?.revision);
  });
  socket.close();
});

it('tells one changed entry in a frame of less than 300 bytes', async () => {
  const url = (await s3.put('0001/a.jpg', await picture(3))).replace(/a\.jpg$/, (name) =>
    name.padStart(75 - s3.url('0001/').length, 'x'),
  );
  expect(url).toHaveLength(75);
  await s3.put(url.slice(s3.url('').length), await picture(3, 'jpeg', 640));
  const { connection } = await shakeHands(server.origin, {}, '/api/cache/events?types=changes');
  expect((await readFrame(connection)).payload).toContain('"hello"');
  await server.cache('0001', url);
  const frame = await readFrame(connection);
  expect(frame.payload).toContain(url);
  expect(frame.bytes).toBeLessThan(300);
  connection.destroy();
});

it('tells a page only what it asked for', async () => {
  const stats = await EventSocket.open(server.origin, '?types=stats,what-is-to-come');
  const url = await s3.put('types/a.jpg', await picture(4));
  const path = await server.cache('types', url);
  await server.get(imageTarget(path));
  await until('a hit in the statistics', async () => (await stats.next('stats'))['hits'] > 0);
  expect(new Set(stats.messages.map(({ type }) => type))).toEqual(new Set(['hello', 'stats']));
  expect(stats.messages[1]).toHaveProperty('total_entries');
  expect(stats.messages[1]).not.toHaveProperty('actors');
  stats.close();
});

it('tells how far prefetches are, those that somebody waits for and jobs', async () => {
  const origin = await ScriptedOrigin.start();
  const gate = new Gate();
  const quick = origin.on('/quick.jpg', answer(200, await picture(5)));
  const slow = origin.on('/slow.jpg', held(gate, answer(200, await picture(6))));
  const other = await CacheServer.start({ args: ['--origin', origin.url] });
  const socket = await EventSocket.open(other.origin, '?types=progress');
  const waiting = other.prefetch('0001', [quick, slow]);
  const { job_id: jobId } = (
    await other.post('/api/cache/prefetch', {
      actor_id: '0002',
      images: [{ s3_url: slow }],
      wait: false,
    })
  ).json() as { job_id: string };
  type Prefetch = Record<string, unknown>;
  const seen = (wanted: Prefetch): Promise<Prefetch> =>
    until(JSON.stringify(wanted), () =>
      socket.messages
        .flatMap(({ prefetches }) => (prefetches ?? []) as Prefetch[])
        .find((one) => Object.entries(wanted).every(([name, value]) => one[name] === value)),
    );
  const begun = await seen({ actor_id: '0001', cached: 1, done: false });
  expect(begun).toMatchObject({ requested: 2, already_cached: 0, failed: 0 });
  expect(begun).not.toHaveProperty('job_id');
  await seen({ actor_id: '0002', job_id: jobId, requested: 1, done: false });
  gate.open();
  await waiting;
  expect(await seen({ actor_id: '0001', done: true })).toMatchObject({ cached: 2 });
  await seen({ job_id: jobId, done: true });
  socket.close();
  await other.stop();
  await origin.stop();
});

it('ends with 1001 when the server stops, and does not wait for a page that never agrees', async () => {
  const other = await CacheServer.start();
  const polite = await EventSocket.open(other.origin);
  const silent = await shakeHands(other.origin);
  expect(silent.answer.status).toBe(101);
  other.terminate();
  expect(await polite.closed).toBe(1001);
  expect(await other.exited).toBe(0);
  await silent.connection.closed;
});

it('another epoch after the server was killed', async () => {
  const other = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  const before = await EventSocket.open(other.origin);
  const hello = await before.next('hello');
  await other.cache('0001', await s3.put('killed/a.jpg', await picture(7)));
  await other.kill();
  expect(await before.closed).toBe(1006);
  const again = await CacheServer.start({ cacheDir: other.cacheDir });
  const after = await EventSocket.open(again.origin);
  expect((await after.next('hello'))['epoch']).not.toBe(hello['epoch']);
  await again.stop();
});
