// Who may listen to /api/cache/events, and what becomes of who misbehaves.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { EventSocket, readFrame, shakeHands } from '../../support/event-socket.ts';
import { temporaryFolder } from '../../support/files.ts';
import { expectProblem, expectProblemBody } from '../../support/problems.ts';
import { parsePrometheus } from '../../support/prometheus.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { until } from '../../support/until.ts';

const target = '/api/cache/events';
let server: CacheServer;

beforeAll(async () => {
  server = await CacheServer.start({ args: ['--allowed-origin', 'http://page.example'] });
});
afterAll(() => server.stop());

async function refusal(
  fields: Record<string, string>,
  status: number,
  slug: string,
  at = target,
): Promise<Record<string, string>> {
  const { connection, answer } = await shakeHands(server.origin, fields, at);
  expect(answer.status, answer.body).toBe(status);
  expectProblemBody(answer.body, status, slug);
  connection.destroy();
  return answer.headers;
}

async function metric(name: string): Promise<number | undefined> {
  const families = parsePrometheus((await server.get('/metrics')).text);
  return families.get(`image_cache_${name}`)?.samples[0]?.value;
}

it('asks whoever wants no WebSocket to upgrade', async () => {
  const plain = await server.get(target);
  expectProblem(plain, 426, 'upgrade-required');
  expect(plain.headers['upgrade']).toBe('websocket');
  expectProblem(await server.post(target, {}), 405, 'method-not-allowed');
  await refusal({ Upgrade: 'h2c' }, 426, 'upgrade-required');
  await refusal({ Connection: 'keep-alive' }, 426, 'upgrade-required');
  const headers = await refusal({ 'Sec-WebSocket-Version': '8' }, 426, 'upgrade-required');
  expect(headers['sec-websocket-version']).toBe('13');
  await refusal({ 'Sec-WebSocket-Key': 'short' }, 400, 'invalid-request');
  await refusal({}, 400, 'invalid-request', `${target}?types=everything`);
});

it('answers the next request of a connection that it has refused', async () => {
  const connection = await RawConnection.open(server.origin);
  connection.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  expect((await connection.read()).status).toBe(426);
  connection.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect((await connection.read()).status).toBe(200);
  connection.destroy();
});

it('refuses a page of another site, and a name that was rebound to this address', async () => {
  await refusal({ Origin: 'http://evil.example' }, 403, 'cross-origin-refused');
  await refusal({ Origin: 'null' }, 403, 'cross-origin-refused');
  await refusal({ 'Sec-Fetch-Site': 'cross-site' }, 403, 'cross-origin-refused');
  await refusal({ 'Sec-Fetch-Site': 'same-site' }, 403, 'cross-origin-refused');
  await refusal({ Host: 'evil.example' }, 421, 'host-not-allowed');
  await refusal({ Host: 'evil.example', Origin: 'http://evil.example' }, 421, 'host-not-allowed');
});

it.each(['http://page.example', 'http://localhost'])('takes a page of %s', async (origin) => {
  const { connection, answer } = await shakeHands(server.origin, { Origin: origin });
  expect(answer.status).toBe(101);
  expect(answer.headers['sec-websocket-accept']).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  expect(answer.headers['sec-websocket-extensions']).toBeUndefined();
  connection.destroy();
});

it('asks for no token: reading needs none', async () => {
  const tokenFile = join(temporaryFolder(), 'token');
  await writeFile(tokenFile, 'secret\n');
  const guarded = await CacheServer.start({ args: ['--token-file', tokenFile] });
  const socket = await EventSocket.open(guarded.origin);
  await socket.next('hello');
  await guarded.stop();
});

it('ignores what a page says, and ends with one that says too much', async () => {
  const socket = await EventSocket.open(server.origin);
  await socket.next('hello');
  for (const text of ['', 'hello', '{"type":"subscribe"}', 'x'.repeat(4096)]) socket.send(text);
  socket.send('x'.repeat(4097));
  expect(await socket.closed).toBe(1009);
});

it('ends with a client that does not mask its frames', async () => {
  const { connection } = await shakeHands(server.origin);
  expect((await readFrame(connection)).payload).toContain('"hello"');
  connection.write(Buffer.from([0x81, 0x02, 0x68, 0x69]));
  for (;;) {
    const frame = await readFrame(connection);
    if (frame.opcode !== 8) continue;
    expect(Buffer.from(frame.payload, 'latin1').readUInt16BE(0)).toBe(1002);
    break;
  }
});

it('turns away whoever is too many, and says so in its metrics', async () => {
  const small = await CacheServer.start({ wrapper: ['prlimit', '--nofile=340:340'] });
  const families = parsePrometheus((await small.get('/metrics')).text);
  const most = families.get('image_cache_http_max_websockets')?.samples[0]?.value ?? 0;
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(100);
  const sockets = [];
  for (let i = 0; i < most; i += 1) sockets.push(await EventSocket.open(small.origin));
  const { answer } = await shakeHands(small.origin);
  expect(answer.status).toBe(503);
  expectProblemBody(answer.body, 503, 'too-many-websockets');
  expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  sockets[0]?.close();
  await until('room for another', async () => {
    const next = await shakeHands(small.origin);
    return next.answer.status === 101;
  });
  await small.stop();
});

it('counts who listens', async () => {
  const before = (await metric('events_sent_total')) ?? 0;
  const socket = await EventSocket.open(server.origin);
  await socket.next('hello');
  expect(await metric('events_listeners')).toBeGreaterThan(0);
  expect(await metric('http_websockets')).toBeGreaterThan(0);
  expect(await metric('events_sent_total')).toBeGreaterThan(before);
  socket.close();
});
