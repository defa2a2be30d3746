// Prefetches that are waited for, and jobs that are watched or cancelled.
import type { PrefetchAnswer, PrefetchItem } from '../../../web/image-cache/src/contract.ts';
import { until } from '../../support/until.ts';
import { Violation, type TrackedPicture } from '../../torture/tracked-picture.ts';
import { require, type Client } from '../client.ts';
import type { Disturbance } from '../disturbances.ts';
import type { Traffic } from '../traffic.ts';

const PRIORITIES = ['high', 'normal', 'low'];
const JOB_MS = 60_000;

interface Order {
  pictures: TrackedPicture[];
  body: object;
}

function anOrder({ world, random }: Client): Order {
  const actorId = random.pick(world.bucket.actorIds);
  const ofActor = world.bucket.pictures.filter((picture) => picture.actorId === actorId);
  const pictures = random.sample(ofActor, 1 + random.below(12));
  const images = pictures.map(({ url }) => ({ s3_url: url }));
  return { pictures, body: { actor_id: actorId, images, priority: random.pick(PRIORITIES) } };
}

/** Room may be lacking, and clearings and damage excuse some failures; nothing else does. */
function mayFail(error: string, watched: (kind: Disturbance) => boolean, wasCancelled: boolean) {
  if (error === 'storage-full') return true;
  if (error === 'cancelled') return wasCancelled || watched('cleared');
  return error.startsWith('storage-') && watched('damaged');
}

function requireResults(
  pictures: readonly TrackedPicture[],
  results: readonly PrefetchItem[],
  watched: (kind: Disturbance) => boolean,
  wasCancelled = false,
): void {
  require(results.length === pictures.length, () => `${results.length} of ${pictures.length} told`);
  for (const [i, { key }] of pictures.entries()) {
    const { status, error = 'no reason', detail = '' } = results[i]!;
    if (status === 'failed' && !mayFail(error, watched, wasCancelled)) {
      throw new Violation(`the prefetch of ${key} failed: ${error} (${detail})`);
    }
  }
}

async function waitedFor(client: Client, { pictures, body }: Order): Promise<void> {
  const watched = client.world.disturbances.watch();
  const answer = await client.post('/api/cache/prefetch', body, [200]);
  requireResults(pictures, (answer.json() as PrefetchAnswer).results, watched);
}

interface Job {
  state: 'queued' | 'running' | 'done' | 'cancelled';
  results?: PrefetchItem[];
}

async function job(client: Client, { pictures, body }: Order): Promise<void> {
  const watched = client.world.disturbances.watch();
  const begun = await client.post('/api/cache/prefetch', { ...body, wait: false }, [202]);
  const { job_id } = begun.json() as { job_id: string };
  const target = `/api/cache/jobs/${job_id}`;
  const cancels = client.random.chance(0.3);
  if (cancels) await client.ask(target, [200], { method: 'DELETE' });
  const ended = await until(
    `the end of a job`,
    async () => {
      const seen = (await client.ask(target, [200])).json() as Job;
      return seen.state === 'done' || seen.state === 'cancelled' ? seen : undefined;
    },
    JOB_MS,
  );
  requireResults(pictures, ended.results ?? [], watched, cancels);
}

const ofAnOrder =
  (work: (client: Client, order: Order) => Promise<void>) =>
  (client: Client): Promise<void> => {
    const order = anOrder(client);
    return client.world.uses.during(order.pictures, () => work(client, order));
  };

export const prefetching: readonly Traffic[] = [
  { kind: 'good', name: 'prefetch', weight: 6, run: ofAnOrder(waitedFor) },
  { kind: 'good', name: 'prefetch job', weight: 2, run: ofAnOrder(job) },
];
