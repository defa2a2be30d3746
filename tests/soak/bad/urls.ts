// URLs that may not be fetched: refused, and whoever they lead to is never asked.
import { throughTarget } from '../../support/read-through.ts';
import { require, type Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

/** `host` and `port` are of an origin that is not allowed; `allowed` is one that is. */
function forged(forbidden: URL, allowed: string): string[] {
  const { port, host } = forbidden;
  return [
    `http://${host}/a.jpg`,
    `http://127.1:${port}/a.jpg`,
    `http://2130706433:${port}/a.jpg`,
    `http://0x7f.0.0.1:${port}/a.jpg`,
    `http://0177.0.0.1:${port}/a.jpg`,
    `http://localhost:${port}/a.jpg`,
    `http://[::ffff:127.0.0.1]:${port}/a.jpg`,
    `http://user:password@${host}/a.jpg`,
    `http://${allowed}@${host}/a.jpg`,
    `http://${allowed}.evil.example:${port}/a.jpg`,
    `http://${host}#@${allowed}/a.jpg`,
    `http://${host}\\@${allowed}/a.jpg`,
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:70/_a.jpg',
    'http://',
    'a.jpg',
  ];
}

function aForgedUrl({ world, random }: Client): string {
  const allowed = new URL(world.hostile.url).host;
  return random.pick(forged(new URL(world.forbidden.url), allowed));
}

async function readForged(client: Client): Promise<void> {
  await client.ask(throughTarget(aForgedUrl(client)), [400, 403]);
}

async function prefetchForged(client: Client): Promise<void> {
  const images = [{ s3_url: aForgedUrl(client) }, { s3_url: aForgedUrl(client) }];
  const answer = await client.post('/api/cache/prefetch', { actor_id: 'forged', images }, [200]);
  const { failed } = answer.json() as { failed: number };
  require(failed === images.length, () => `forged URLs were prefetched: ${answer.text}`);
}

export const forgedUrls: readonly Traffic[] = [
  { kind: 'bad', name: 'forged URLs', weight: 4, run: readForged },
  { kind: 'bad', name: 'forged URLs in a prefetch', weight: 2, run: prefetchForged },
];
