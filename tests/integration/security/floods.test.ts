// Whoever sends without end, or never reads: the server stays small, and answers the others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { readFrame, shakeHands } from '../../support/event-socket.ts';
import { picture } from '../../support/pictures.ts';
import { processState } from '../../support/process-state.ts';
import { parsePrometheus } from '../../support/prometheus.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { S3 } from '../../support/s3.ts';
import { until, within } from '../../support/until.ts';

const host = 'Host: localhost\r\n';
const healthz = `GET /healthz HTTP/1.1\r\n${host}\r\n`;
const mebibyte = 1024 * 1024;

let s3: S3;
let server: CacheServer;
let target: string;
let pictureBytes: number;

beforeAll(async () => {
  s3 = await S3.start();
  // One thread: what is flooded and what is answered meet on it.
  server = await CacheServer.start({
    // Its memory is looked at, maybe not by root.
    args: ['--s3-endpoint', s3.endpoint, '--threads', '1', '--debuggable'],
  });
  const bytes = await picture(1);
  pictureBytes = bytes.length;
  target = imageTarget(await server.cache('0001', await s3.put('0001/a.jpg', bytes)));
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await s3.stop();
});

async function open(count: number): Promise<RawConnection[]> {
  const opened: RawConnection[] = [];
  // The kernel keeps a few thousand at most that nobody has accepted yet, and answers no more.
  while (opened.length < count) {
    const some = Math.min(500, count - opened.length);
    const asked = Array.from({ length: some }, () => RawConnection.open(server.origin));
    opened.push(...(await Promise.all(asked)));
  }
  return opened;
}

async function connectionsOpen(): Promise<number> {
  const families = parsePrometheus((await server.get('/metrics')).text);
  return families.get('image_cache_http_connections')?.samples[0]?.value ?? -1;
}

/** A good client is answered while it goes on, and the server does not grow by more than that. */
async function expectUnharmed(rssBefore: number, growthBytes: number): Promise<void> {
  for (let i = 0; i < 20; i += 1) {
    const answer = await within('an answer to a good client', server.get(target), 2000);
    expect(answer.body.length).toBe(pictureBytes);
  }
  const { rssBytes } = await processState(server.pid);
  expect(rssBytes - rssBefore).toBeLessThan(growthBytes);
}

async function rss(): Promise<number> {
  return (await processState(server.pid)).rssBytes;
}

describe('others are answered beside', () => {
  it('ten thousand connections that say nothing', async () => {
    const before = await rss();
    const idle = await open(10_000);
    await until('all to be accepted', async () => (await connectionsOpen()) > 10_000);
    await expectUnharmed(before, 128 * mebibyte);
    for (const connection of idle) connection.destroy();
    await until('the connections to be gone', async () => (await connectionsOpen()) < 40);
  }, 60_000);

  it('heads, bodies and chunks that never end', async () => {
    const before = await rss();
    const post = `POST /api/cache/prefetch HTTP/1.1\r\n${host}Content-Type: application/json\r\n`;
    const starts = [
      `GET /healthz HTTP/1.1\r\n${host}X-A: `,
      `${post}Content-Length: 1000000\r\n\r\n{`,
      `${post}Transfer-Encoding: chunked\r\n\r\n5`,
      `${post}Transfer-Encoding: chunked\r\n\r\n5\r\n{`,
    ];
    const slow = await open(400);
    slow.forEach((connection, i) => connection.write(starts[i % starts.length] ?? ''));
    for (let byte = 0; byte < 5; byte += 1) {
      for (const connection of slow) connection.write('0');
      await expectUnharmed(before, 64 * mebibyte);
    }
    for (const connection of slow) connection.destroy();
  });

  it('a hundred thousand requests in one write, whose answers nobody reads', async () => {
    const before = await rss();
    const [flooder] = await open(1);
    flooder?.pause();
    flooder?.write(healthz.repeat(100_000));
    await expectUnharmed(before, 16 * mebibyte);
    flooder?.destroy();
  });

  it('the same from a client that reads, and that gets every answer', async () => {
    const before = await rss();
    const [flooder] = await open(1);
    const count = 5000;
    flooder?.write(healthz.repeat(count));
    await expectUnharmed(before, 16 * mebibyte);
    for (let i = 0; i < count; i += 1) expect((await flooder?.read())?.status).toBe(200);
    flooder?.destroy();
  });

  it('readers of pictures that do not read', async () => {
    const before = await rss();
    const readers = await open(200);
    for (const reader of readers) {
      reader.pause();
      reader.write(`GET ${target} HTTP/1.1\r\n${host}\r\n`.repeat(50));
    }
    await expectUnharmed(before, 64 * mebibyte);
    for (const reader of readers) reader.destroy();
  });

  it('readers that leave in the middle of a picture, with an RST', async () => {
    const before = await rss();
    for (let round = 0; round < 10; round += 1) {
      const readers = await open(50);
      for (const reader of readers) reader.write(`GET ${target} HTTP/1.1\r\n${host}\r\n`);
      await Promise.all(readers.map((reader) => reader.take(1000)));
      for (const reader of readers) reader.reset();
    }
    await expectUnharmed(before, 32 * mebibyte);
    await until('the connections to be gone', async () => (await connectionsOpen()) < 40);
  });

  it('clients that come, ask half a question, and go', async () => {
    const before = await rss();
    for (let round = 0; round < 10; round += 1) {
      const connections = await open(100);
      connections.forEach((connection, i) => {
        connection.write(healthz.slice(0, i % healthz.length));
        connection.destroy();
      });
    }
    await expectUnharmed(before, 32 * mebibyte);
    await until('the connections to be gone', async () => (await connectionsOpen()) < 40);
  });
});

it('a client that has said that nothing more comes gets the answers to what it has asked', async () => {
  const [connection] = await open(1);
  connection?.write(healthz.repeat(3));
  connection?.end();
  for (let i = 0; i < 3; i += 1) expect((await connection?.read())?.status).toBe(200);
  await within('the connection to close', connection?.closed ?? Promise.reject());
});

it('a head that comes a byte at a time is refused after ten seconds', async () => {
  const [slow] = await open(1);
  if (slow === undefined) throw new Error('not connected');
  slow.write(`GET /healthz HTTP/1.1\r\n${host}X-A: `);
  const drip = setInterval(() => slow.write('a'), 200);
  await within('the refusal', slow.closed, 15_000);
  clearInterval(drip);
  const answer = await slow.read();
  expect(answer.status).toBe(408);
  expect(answer.headers['connection']).toBe('close');
}, 20_000);

const mask = [0, 0, 0, 0];
function frame(first: number, payload: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(payload);
  const length = bytes.length < 126 ? [bytes.length] : [126, bytes.length >> 8, bytes.length & 255];
  return Buffer.concat([
    Buffer.from([first, 0x80 | (length[0] ?? 0), ...length.slice(1), ...mask]),
    bytes,
  ]);
}

describe('a WebSocket', () => {
  it.each<[string, Buffer, number]>([
    ['a reserved bit', frame(0xc1, 'hi'), 1002],
    ['a reserved kind of control frame', frame(0x8b, ''), 1002],
    ['a ping of more than 125 bytes', frame(0x89, 'x'.repeat(126)), 1002],
    ['a ping in pieces', frame(0x09, 'x'), 1002],
    ['a message that never began', frame(0x80, 'x'), 1002],
    [
      'a second message within the first',
      Buffer.concat([frame(0x01, 'x'), frame(0x81, 'x')]),
      1002,
    ],
    ['a goodbye of one byte', frame(0x88, 'x'), 1002],
    [
      'a length that is longer written than needed',
      Buffer.from([0x81, 0xfe, 0, 1, ...mask, 120]),
      1002,
    ],
    [
      'the longest length there is',
      Buffer.from([0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, ...mask]),
      1009,
    ],
    [
      'fragments of one byte without end',
      Buffer.concat([frame(0x01, 'x'), ...Array.from({ length: 5000 }, () => frame(0x00, 'x'))]),
      1009,
    ],
  ])('is closed behind %s', async (_, bytes, code) => {
    const { connection, answer } = await shakeHands(server.origin);
    expect(answer.status).toBe(101);
    connection.write(bytes);
    for (;;) {
      const { opcode, payload } = await readFrame(connection);
      if (opcode !== 8) continue;
      expect(Buffer.from(payload, 'latin1').readUInt16BE(0)).toBe(code);
      break;
    }
    // The other side never says goodbye: the connection ends without it.
    await within('the connection to close', connection.closed);
  });

  it.each([
    ['pings without end and reads no pong', Buffer.alloc(0), frame(0x89, 'x'.repeat(100))],
    ['begins a message and sends empty fragments of it without end', frame(0x01), frame(0x00)],
  ])('that %s costs nobody else anything', async (_, first, again) => {
    const before = await rss();
    const { connection } = await shakeHands(server.origin);
    connection.pause();
    connection.write(Buffer.concat([first, ...Array.from({ length: 50_000 }, () => again)]));
    await expectUnharmed(before, 16 * mebibyte);
    connection.destroy();
  });
});
