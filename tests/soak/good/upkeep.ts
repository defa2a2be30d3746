// What operators and pages ask beside pictures: revalidation, verification, statistics, health.
import type { CacheStats, Revalidated } from '../../../web/image-cache/src/contract.ts';
import { parsePrometheus } from '../../support/prometheus.ts';
import { until } from '../../support/until.ts';
import { require, type Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

/** So many contents a picture has had at most: all of them are kept for comparison. */
const MOST_VERSIONS = 20;

async function changeAndRevalidate(client: Client): Promise<void> {
  const { world, random } = client;
  const actorId = random.pick(world.bucket.actorIds);
  const ofActor = world.bucket.pictures.filter((picture) => picture.actorId === actorId);
  const changeable = ofActor.filter((picture) => {
    return picture.versions.length < MOST_VERSIONS && world.uses.isFree(picture);
  });
  if (changeable.length > 0) {
    const picture = random.pick(changeable);
    await world.uses.put(picture, () => world.bucket.putNewVersion(picture, random));
  }
  const answer = await world.uses.during(ofActor, () =>
    client.post('/api/cache/revalidate', { actor_id: actorId }, [200]),
  );
  const { checked, unchanged, updated, gone, failed } = answer.json() as Revalidated;
  const isRight = checked === unchanged + updated + gone + failed && checked <= ofActor.length;
  require(isRight, () => `revalidate ${actorId}: ${answer.text}`);
}

async function verify(client: Client): Promise<void> {
  const begun = await client.post(
    '/api/cache/verify',
    { repair: client.random.chance(0.5) },
    [202, 409],
  );
  if (begun.status === 409) return;
  if (client.random.chance(0.2)) {
    await client.ask('/api/cache/verify', [200, 202], { method: 'DELETE' });
  }
  await until(
    'the end of a verification',
    async () => {
      const { state } = (await client.ask('/api/cache/verify', [200])).json() as { state: string };
      require(state !== 'failed', () => 'a verification failed');
      return state !== 'running';
    },
    60_000,
  );
}

async function stats(client: Client): Promise<void> {
  const answer = await client.ask('/api/cache/stats', [200]);
  const { total_size_bytes, max_size_bytes, actors, total_entries } = answer.json() as CacheStats;
  require(total_size_bytes <= max_size_bytes, () => `stats: ${total_size_bytes} bytes`);
  const ofActors = actors.reduce((sum, { entries }) => sum + entries, 0);
  require(ofActors === total_entries, () => `stats: ${ofActors} entries, not ${total_entries}`);
}

/** What the server's own page asks, beside the statistics. */
async function page(client: Client): Promise<void> {
  const { text } = await client.ask('/', [200]);
  require(text.includes('<title>'), () => `the page: ${text.slice(0, 200)}`);
  const history = await client.ask('/api/cache/stats?history=minute', [200]);
  const { points } = (history.json() as { history: { points: unknown[] } }).history;
  require(points.length <= 60, () => `a history of ${points.length} minutes`);
  const { errors } = (await client.ask('/api/cache/errors', [200])).json() as { errors: unknown[] };
  require(errors.length <= 50, () => `${errors.length} recent errors`);
  const told = (await client.ask('/api/cache/predictions', [200])).json() as { guesses: unknown[] };
  require(told.guesses.length <= 10, () => `${told.guesses.length} guesses`);
  await client.ask('/api/cache/downloads', [200]);
}

async function metrics(client: Client): Promise<void> {
  parsePrometheus((await client.ask('/metrics', [200])).text);
}

async function health(client: Client): Promise<void> {
  await client.ask('/healthz', [200]);
  await client.ask('/readyz', [200]);
}

export const upkeep: readonly Traffic[] = [
  { kind: 'good', name: 'revalidate', weight: 1, run: changeAndRevalidate },
  { kind: 'good', name: 'verify', weight: 0.3, run: verify },
  { kind: 'good', name: 'stats', weight: 2, run: stats },
  { kind: 'good', name: "the server's page", weight: 1, run: page },
  { kind: 'good', name: 'metrics', weight: 1, run: metrics },
  { kind: 'good', name: 'health', weight: 1, run: health },
];
