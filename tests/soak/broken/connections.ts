// Connections that send half of something, nothing at all, or come in crowds.
import { RawConnection } from '../../support/raw-connection.ts';
import type { Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

const CROWD = 100;

const halves: readonly string[] = [
  '',
  'G',
  'GET /healthz HT',
  'GET /healthz HTTP/1.1\r\nHost: local',
  'POST /api/cache/prefetch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"actor',
  'POST /api/cache/prefetch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{',
];

async function half(client: Client): Promise<void> {
  const connection = await RawConnection.open(client.world.server.origin);
  connection.write(client.random.pick(halves));
  await client.askAsIs('/healthz', [200]);
  if (client.random.chance(0.5)) connection.reset();
  else connection.destroy();
}

/** Stays with its half until the server has had enough: the head's time, or the idle time. */
async function halfThatStays(client: Client): Promise<void> {
  const connection = await RawConnection.open(client.world.server.origin);
  connection.write(client.random.pick(halves));
  void connection.closed.then(() => connection.destroy());
  client.world.staying.push(connection);
}

async function crowd(client: Client): Promise<void> {
  const { origin } = client.world.server;
  const connections = await Promise.all(
    Array.from({ length: CROWD }, () => RawConnection.open(origin)),
  );
  try {
    for (const connection of connections) {
      connection.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    }
    for (const connection of connections) {
      const { status, body } = await connection.read();
      client.judge('one of a crowd', { status, text: body }, [200]);
      client.count();
    }
  } finally {
    for (const connection of connections) connection.reset();
  }
}

export const brokenConnections: readonly Traffic[] = [
  { kind: 'broken', name: 'half a request', weight: 4, run: half },
  { kind: 'broken', name: 'half a request that stays', weight: 1, run: halfThatStays },
  { kind: 'broken', name: 'a crowd', weight: 0.2, run: crowd },
];
