// WebSockets that send what no page sends, read nothing, or are gone at once.
import { randomBytes } from 'node:crypto';

import { shakeHands } from '../../support/event-socket.ts';
import { within } from '../../support/until.ts';
import type { Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

/** A frame as a client sends it, masked with zeros. */
function frame(firstByte: number, length: number, payload = Buffer.alloc(length, 'x')): Buffer {
  const head =
    length < 126
      ? Buffer.from([firstByte, 0x80 | length])
      : Buffer.from([firstByte, 0x80 | 127, 0, 0, 0, 0, ...uint32(length)]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** Each of them ends the socket. */
const fatal: readonly (() => Buffer)[] = [
  () => Buffer.from([0x81, 0x03, 0x61, 0x62, 0x63]), // unmasked
  () => frame(0x81, 100_000), // larger than a message may be
  () => frame(0x81, 2 ** 31, Buffer.alloc(0)), // announced only
  () => frame(0x83, 1), // an opcode that there is not
  () => frame(0xf1, 1), // bits that nobody has agreed on
  () => frame(0x80, 1), // goes on with nothing
  () => frame(0x09, 1), // a ping in pieces
  () => frame(0x89, 200), // a ping that is too long
];

async function garbage(client: Client): Promise<void> {
  const { connection } = await shakeHands(client.world.server.origin);
  try {
    connection.write(client.random.pick(fatal)());
    await within('the end of a socket that sent garbage', connection.closed, 20_000);
    client.count();
  } finally {
    connection.destroy();
  }
}

/** Whatever noise means, it must not be more than the end of this socket. */
async function noise(client: Client): Promise<void> {
  const { connection } = await shakeHands(client.world.server.origin);
  connection.write(randomBytes(1 + client.random.below(3000)));
  await client.askAsIs('/healthz', [200]);
  connection.reset();
}

async function goesAtOnce(client: Client): Promise<void> {
  const { connection } = await shakeHands(client.world.server.origin);
  if (client.random.chance(0.5)) connection.reset();
  else connection.destroy();
}

async function readsNothing(client: Client): Promise<void> {
  const { connection } = await shakeHands(client.world.server.origin);
  connection.pause();
  client.world.staying.push(connection);
}

export const brokenSockets: readonly Traffic[] = [
  { kind: 'broken', name: 'garbage in a WebSocket', weight: 2, run: garbage },
  { kind: 'broken', name: 'noise in a WebSocket', weight: 2, run: noise },
  { kind: 'broken', name: 'a WebSocket that goes', weight: 2, run: goesAtOnce },
  { kind: 'broken', name: 'a WebSocket that reads nothing', weight: 0.3, run: readsNothing },
];
