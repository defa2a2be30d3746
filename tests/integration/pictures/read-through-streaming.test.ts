// GET image?url= while the picture is still on its way: everybody follows one download.
import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { pictureFiles } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { throughTarget } from '../../support/read-through.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import {
  answer,
  chunkThen,
  halfThen,
  held,
  reset,
  unfinishedChunks,
} from '../../support/scripts.ts';
import { StreamedAnswer } from '../../support/streamed-answer.ts';
import { Gate, until } from '../../support/until.ts';

let origin: ScriptedOrigin;
let server: CacheServer;
let bytes: Buffer;
let half: number;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  server = await CacheServer.start({ args: ['--origin', origin.url] });
  bytes = await picture(1, 'jpeg', 256);
  half = Math.floor(bytes.length / 2);
});
afterAll(async () => {
  await server.stop();
  await origin.stop();
});

const follow = (url: string, headers: Record<string, string> = {}): Promise<StreamedAnswer> =>
  StreamedAnswer.open(server.origin, throughTarget(url), headers);

async function untilStored(url: string): Promise<void> {
  await until('the entry', async () => (await server.manifest()).entries[url]);
}

it('makes one request to the origin for a thousand clients at once', async () => {
  const gate = new Gate();
  const url = origin.on('/b/thousand.jpg', held(gate, answer(200, bytes)));
  const before = (await server.stats())['coalesced'] ?? 0;
  const answers = Array.from(
    { length: 1000 },
    (_, i) => follow(`${url}?X-Amz-Signature=${i}`), // each with a signature of its own, as pages ask
  );
  await until(
    'all to wait',
    async () => ((await server.stats())['coalesced'] ?? 0) === before + 999,
  );
  gate.open();
  let collapsed = 0;
  for (const one of await Promise.all(answers)) {
    expect(await one.outcome).toBe('end');
    expect(one.received.equals(bytes)).toBe(true);
    if (one.headers['cache-status'] === 'ImageCache; fwd=miss; collapsed') collapsed += 1;
  }
  expect(collapsed).toBe(999);
  expect(origin.requestsFor('/b/thousand.jpg')).toBe(1);
});

it('gives the first bytes while the origin still holds the rest', async () => {
  const gate = new Gate();
  const url = origin.on('/b/half.jpg', halfThen(gate, bytes));
  const first = await follow(url);
  expect((await first.untilReceived(half)).equals(bytes.subarray(0, half))).toBe(true);
  expect((await server.manifest()).entries[url]).toBeUndefined();

  const second = await follow(url); // comes in the middle and begins at the beginning
  expect(second.headers['cache-status']).toBe('ImageCache; fwd=miss; collapsed');
  expect((await second.untilReceived(half)).equals(bytes.subarray(0, half))).toBe(true);
  gate.open();
  for (const one of [first, second]) {
    expect(await one.outcome).toBe('end');
    expect(one.received.equals(bytes)).toBe(true);
  }
  await untilStored(url);
  expect(origin.requestsFor('/b/half.jpg')).toBe(1);
});

it('comes in chunks while its length is unknown', async () => {
  const gate = new Gate();
  const url = origin.on('/b/chunks.jpg', chunkThen(gate, bytes));
  const client = await follow(url);
  expect(client.headers['transfer-encoding']).toBe('chunked');
  expect(client.headers['content-length']).toBeUndefined();
  await client.untilReceived(half);
  const part = await follow(url, { range: 'bytes=0-9' });
  expect(part.status).toBe(200); // of how many?
  gate.open();
  expect(await client.outcome).toBe('end');
  expect(client.received.equals(bytes)).toBe(true);
  expect(await part.outcome).toBe('end');
  expect(part.received.equals(bytes)).toBe(true);
  await untilStored(url);
});

it('gives a range as far as the picture has grown', async () => {
  const gate = new Gate();
  const url = origin.on('/b/range.jpg', halfThen(gate, bytes));
  const there = await follow(url, { range: `bytes=100-${half - 1}` });
  expect(there.status).toBe(206);
  expect(await there.outcome).toBe('end');
  expect(there.received.equals(bytes.subarray(100, half))).toBe(true);
  const across = await follow(url, { range: `bytes=${half - 100}-${half + 99}` });
  await across.untilReceived(100);
  const ahead = await follow(url, { range: 'bytes=-10' });
  expect(ahead.headers['content-range']).toBe(
    `bytes ${bytes.length - 10}-${bytes.length - 1}/${bytes.length}`,
  );
  gate.open();
  expect(await across.outcome).toBe('end');
  expect(across.received.equals(bytes.subarray(half - 100, half + 100))).toBe(true);
  expect(await ahead.outcome).toBe('end');
  expect(ahead.received.equals(bytes.subarray(-10))).toBe(true);
});

it('goes on when the client leaves, and stores the picture', async () => {
  const gate = new Gate();
  const url = origin.on('/b/left.jpg', halfThen(gate, bytes));
  const client = await follow(url);
  await client.untilReceived(half);
  client.leave();
  gate.open();
  await untilStored(url);
  const hit = await server.get(throughTarget(url));
  expect(hit.headers['cache-status']).toBe('ImageCache; hit');
  expect(hit.body.equals(bytes)).toBe(true);
});

it('holds nobody up for a client that does not read', async () => {
  // More than the buffers of two sockets take. Told by its first bytes, it is a JPEG.
  const large = Buffer.concat([bytes, randomBytes(32 * 1024 * 1024)]);
  const url = origin.on('/b/slow.jpg', answer(200, large));
  const slow = await follow(url);
  slow.pause();
  const busy = await server.get(throughTarget(url));
  expect(busy.body.equals(large)).toBe(true);
  await untilStored(url);
  expect(slow.length).toBeLessThan(large.length);
  slow.resume();
  expect(await slow.outcome).toBe('end');
  expect(slow.received.equals(large)).toBe(true);
  expect(origin.requestsFor('/b/slow.jpg')).toBe(1);
});

it.each([
  ['announced length', 'reset', (): ReturnType<typeof reset> => reset(bytes)],
  ['chunks', 'chunks', (): ReturnType<typeof reset> => unfinishedChunks(bytes)],
])('breaks off when the origin does, and stores nothing (%s)', async (_, name, script) => {
  const url = origin.on(`/b/broken-${name}.jpg`, script());
  const broken = await follow(url);
  expect(broken.status).toBe(200);
  expect(await broken.outcome).toBe('aborted');
  expect((await server.manifest()).entries[url]).toBeUndefined();
  await until('nothing of it on the disk', async () =>
    (await pictureFiles(server.cacheDir)).every((file) => !file.startsWith('tmp/')),
  );
});

it.each([
  ['invalidated', (url: string) => ['/api/cache/invalidate', { s3_url: url }] as const],
  ['cleared with its actor', () => ['/api/cache/clear/b', undefined] as const],
  ['cleared with everything', () => ['/api/cache/clear-all', undefined] as const],
])('comes whole but is not stored when it is %s meanwhile', async (name, removal) => {
  const gate = new Gate();
  const path = `/bucket/b/${encodeURIComponent(name)}.jpg`;
  const url = origin.on(path, halfThen(gate, bytes));
  const client = await follow(url);
  await client.untilReceived(half);
  const [target, body] = removal(url);
  expect((await server.post(target, body)).status).toBe(200);
  const anew = follow(url); // asks the origin again
  await until('a second download', () => origin.requestsFor(path) === 2);
  gate.open();
  expect(await client.outcome).toBe('end');
  expect(client.received.equals(bytes)).toBe(true);
  expect(await (await anew).outcome).toBe('end');
  await untilStored(url);
  expect((await anew).headers['cache-status']).toBe('ImageCache; fwd=miss; stored');
});

it('is finished before the server stops', async () => {
  const other = await CacheServer.start({ args: ['--origin', origin.url] });
  const gate = new Gate();
  const url = origin.on('/b/drain.jpg', halfThen(gate, bytes));
  const client = await StreamedAnswer.open(other.origin, throughTarget(url));
  await client.untilReceived(half);
  other.terminate();
  await until('it to refuse new clients', () =>
    other.get('/readyz').then(
      () => false,
      () => true,
    ),
  );
  gate.open();
  expect(await client.outcome).toBe('end');
  expect(client.received.equals(bytes)).toBe(true);
  expect(await other.exited).toBe(0);
});
