// Pages of other sites, wrong tokens, other names for the server, bodies that are not what they must be.
import { shakeHands } from '../../support/event-socket.ts';
import type { SendOptions } from '../../support/http.ts';
import { throughTarget } from '../../support/read-through.ts';
import type { Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';
import { TOKEN } from '../world.ts';

interface Stranger {
  target: string;
  options: SendOptions;
  status: number;
}

const json = { 'content-type': 'application/json' };
const known = { authorization: `Bearer ${TOKEN}` };
const evil = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
const clearAll = '/api/cache/clear-all';
const prefetch = '/api/cache/prefetch';

const askings: readonly Stranger[] = [
  { target: clearAll, options: { method: 'POST' }, status: 401 },
  {
    target: clearAll,
    options: { method: 'POST', headers: { authorization: `Bearer ${TOKEN}x` } },
    status: 401,
  },
  { target: clearAll, options: { method: 'POST', headers: { ...known, ...evil } }, status: 403 },
  { target: clearAll, options: { method: 'DELETE', headers: known }, status: 405 },
  { target: '/healthz', options: { headers: { host: 'evil.example' } }, status: 421 },
  { target: throughTarget('s3://training/actor-0/0.jpg'), options: { headers: evil }, status: 403 },
  { target: '/api/cache/nothing', options: {}, status: 404 },
  {
    target: prefetch,
    options: { method: 'POST', headers: { ...known, 'content-type': 'text/plain' }, body: '{}' },
    status: 415,
  },
  {
    target: prefetch,
    options: { method: 'POST', headers: { ...known, ...json }, body: '{"actor_id":' },
    status: 400,
  },
  {
    target: prefetch,
    options: { method: 'POST', headers: { ...known, ...json }, body: '['.repeat(100_000) },
    status: 400,
  },
  {
    target: prefetch,
    options: {
      method: 'POST',
      headers: { ...known, ...json },
      body: '{"actor_id":"..","images":[]}',
    },
    status: 400,
  },
];

async function stranger(client: Client): Promise<void> {
  const { target, options, status } = client.random.pick(askings);
  await client.askAsIs(target, [status], options);
}

async function strangeSocket(client: Client): Promise<void> {
  const fields = { Origin: 'http://evil.example' };
  const { connection, answer } = await shakeHands(client.world.server.origin, fields);
  connection.destroy();
  client.judge('events for another site', { status: answer.status, text: answer.body }, [403]);
  client.count();
}

export const strangers: readonly Traffic[] = [
  { kind: 'bad', name: 'strangers', weight: 6, run: stranger },
  { kind: 'bad', name: 'strange sockets', weight: 1, run: strangeSocket },
];
