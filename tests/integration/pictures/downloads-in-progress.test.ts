// A picture that is still being downloaded is nowhere to be seen (design rules 1 and 2).
import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { pictureFiles } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { halfThen } from '../../support/scripts.ts';
import { Gate, until } from '../../support/until.ts';

let origin: ScriptedOrigin;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
});
afterAll(() => origin.stop());

/** A server that has half of a picture, and the gate before the other half. */
async function halfway(): Promise<{
  server: CacheServer;
  gate: Gate;
  url: string;
  done: Promise<unknown>;
}> {
  const gate = new Gate();
  const path = `/half-${Math.random()}.jpg`;
  const url = origin.on(path, halfThen(gate, await picture(1, 'jpeg', 512)));
  const server = await CacheServer.start({ args: ['--origin', origin.url] });
  const done = server.prefetch('0001', [url]).catch((error: unknown) => error);
  await until(
    'half of it on the disk',
    async () => (await pictureFiles(server.cacheDir)).length > 0,
  );
  return { server, gate, url, done };
}

it('is not in the manifest, and its bytes are not served under its temporary name', async () => {
  const { server, gate, done } = await halfway();
  expect((await server.manifest()).entries).toEqual({});
  for (const file of await pictureFiles(server.cacheDir)) {
    for (const folder of ['.image-cache/', '.image-cache/images/', '.image-cache/images/0001/']) {
      const answer = await server.get(imageTarget(folder + file));
      expect([400, 404]).toContain(answer.status);
    }
  }
  gate.open();
  await done;
  expect(await pictureFiles(server.cacheDir)).toHaveLength(1);
  expect(await server.stop()).toBe(0);
});

it('is swept away when the server was killed meanwhile', async () => {
  const { server, gate, done } = await halfway();
  await server.kill();
  gate.open();
  await done;
  const again = await CacheServer.start({
    cacheDir: server.cacheDir,
    args: ['--origin', origin.url],
  });
  expect((await again.manifest()).entries).toEqual({});
  await until(
    'the leftovers to go',
    async () => (await pictureFiles(server.cacheDir)).length === 0,
  );
  expect(await again.stop()).toBe(0);
});

it.each([
  ['invalidated', (url: string) => ['/api/cache/invalidate', { s3_url: url }] as const],
  ['cleared with its actor', () => ['/api/cache/clear/0001', undefined] as const],
  ['cleared with everything', () => ['/api/cache/clear-all', undefined] as const],
])('is not published when it is %s meanwhile', async (_, removal) => {
  const { server, gate, url, done } = await halfway();
  const [target, body] = removal(url);
  expect((await server.post(target, body)).status).toBe(200);
  gate.open();
  expect(await done).toMatchObject({ results: [{ status: 'failed', error: 'cancelled' }] });
  expect((await server.manifest()).entries).toEqual({});
  expect(await pictureFiles(server.cacheDir)).toEqual([]);
  expect(await server.stop()).toBe(0);
});

it('is finished though the client that asked for it has gone', async () => {
  const gate = new Gate();
  const url = origin.on('/abandoned.jpg', halfThen(gate, await picture(2)));
  const server = await CacheServer.start({ args: ['--origin', origin.url] });
  const controller = new AbortController();
  const abandoned = fetch(`${server.origin}/api/cache/prefetch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ actor_id: '0001', images: [{ s3_url: url }] }),
    signal: controller.signal,
  }).catch((error: Error) => error.name);
  await until('the download', () => origin.requestsFor('/abandoned.jpg') === 1);
  controller.abort();
  expect(await abandoned).toBe('AbortError');
  gate.open();
  await until('the entry', async () => (await server.manifest()).entries[url]);
  expect(await server.stop()).toBe(0);
});
