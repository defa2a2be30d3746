// Pictures of an origin that lies, breaks or drips: no answer looks whole, and nothing is kept.
import { throughTarget } from '../../support/read-through.ts';
import { StreamedAnswer } from '../../support/streamed-answer.ts';
import { within } from '../../support/until.ts';
import { require, type Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';
import { TOKEN } from '../world.ts';

const authorization = `Bearer ${TOKEN}`;
/** Two attempts of 20 s each, and what else there is to wait for. */
const LONGEST_MS = 60_000;
/** They wait for each other, 40 s each: with more than the server gets done with, ever more would wait. */
const MOST_HELD = 12;

async function lying(client: Client): Promise<void> {
  const { world, random } = client;
  const { name, url } = random.pick(world.lies);
  const target = throughTarget(url, { actor_id: 'hostile' });
  const answer = await StreamedAnswer.open(world.server.origin, target, { authorization });
  const outcome = await within(`the end of ${name}`, answer.outcome, LONGEST_MS);
  const looksWhole = answer.status < 400 && outcome === 'end';
  require(!looksWhole, () => `${name} came as a whole ${answer.status} of ${answer.length} bytes`);
  if (answer.status >= 400) {
    const text = answer.received.toString();
    client.judge(name, { status: answer.status, text }, [403, 404, 502, 503, 504, 507]);
    require(!/stack trace|<html/.test(text), () => `${name} is passed on: ${text.slice(0, 300)}`);
  }
  client.count();
}

async function lyingPrefetch(client: Client): Promise<void> {
  const { world, random } = client;
  const chosen = random.sample(world.lies, 4);
  const images = chosen.map(({ url }) => ({ s3_url: url }));
  const answer = await client.post('/api/cache/prefetch', { actor_id: 'hostile', images }, [200]);
  const { failed } = answer.json() as { failed: number };
  require(failed === images.length, () => `hostile pictures were cached: ${answer.text}`);
}

/** Somebody asks and leaves; the download goes on for as long as the server bears it. */
async function holding(client: Client): Promise<void> {
  const { world, random } = client;
  if (world.held >= MOST_HELD) return;
  const { url } = random.pick(world.holders);
  const target = throughTarget(url, { actor_id: 'hostile' });
  world.held += 1;
  const asked = StreamedAnswer.open(world.server.origin, target, { authorization });
  void asked
    .then((answer) => answer.leave())
    .catch(() => undefined)
    .finally(() => (world.held -= 1));
}

export const brokenOrigins: readonly Traffic[] = [
  { kind: 'broken', name: 'origins that lie', weight: 5, run: lying },
  { kind: 'broken', name: 'origins that lie to a prefetch', weight: 1, run: lyingPrefetch },
  { kind: 'broken', name: 'origins that drip', weight: 0.1, run: holding },
];
