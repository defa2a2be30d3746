// URLs that may not be fetched: refused, and whoever they lead to is never asked.
import { forgedUrls as rowsOfAll } from '../../integration/security/forged-urls.ts';
import { throughTarget } from '../../support/read-through.ts';
import { require, type Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

/** Those that hold without options of the server's own, and wherever the port is. */
const rows = rowsOfAll
  .filter(({ args }) => args === undefined)
  .map(({ url }) => url)
  .filter((url) => !url.replaceAll('{PORT}', '').includes('{'));

/** It leads to an origin that is not allowed, if to any. */
function aForgedUrl({ world, random }: Client): string {
  return random.pick(rows).replaceAll('{PORT}', new URL(world.forbidden.url).port);
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
