// One soak: a server, its traffic for so many seconds, and the verdict.
import { hasSanitizer, openDescriptors } from '../support/process-state.ts';
import { until } from '../support/until.ts';
import { Random } from '../torture/random.ts';
import { Client, closeIdleConnections } from './client.ts';
import { drain } from './drain.ts';
import { load } from './load.ts';
import { Tally } from './tally.ts';
import { judge, type Judged } from './verdict.ts';
import { Watcher, type Sample } from './watcher.ts';
import { makeWorld } from './world.ts';

export interface SoakOptions {
  seconds: number;
  seed: number;
  /** See LoadOptions. */
  only?: RegExp | undefined;
  onSample?: (sample: Sample) => void;
}

export interface SoakResult {
  tally: Tally;
  samples: Sample[];
  judged: Judged[];
  isSanitized: boolean;
}

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { seconds, seed, only, onSample = () => undefined } = options;
  const random = new Random(seed);
  const world = await makeWorld(random.fork());
  try {
    const { pid } = world.server;
    const isSanitized = await hasSanitizer(pid);
    const tally = new Tally();
    const operator = new Client(world, random.fork(), tally, 'good');
    const baseline = await openAtRest(operator, pid);
    const watcher = new Watcher(operator, tally, seconds, onSample);
    await load(world, random.fork(), tally, { seconds, only });
    await watcher.stop();
    await drain(operator, tally, baseline);
    const judged = tally.isHopeless ? [] : judge(watcher.samples, seconds, isSanitized);
    for (const { text, isFlat } of judged) if (!isFlat) tally.fault(`not flat: ${text}`);
    return { tally, samples: watcher.samples, judged, isSanitized };
  } finally {
    await world.stop();
  }
}

/** What is open when nobody asks for anything, once each part of the server has worked. */
async function openAtRest(client: Client, pid: number): Promise<string[]> {
  const { bucket } = client.world;
  const picture = client.random.pick(bucket.pictures);
  const images = [{ s3_url: picture.url }];
  await client.post('/api/cache/prefetch', { actor_id: picture.actorId, images }, [200]);
  await client.ask('/api/cache/manifest', [200]);
  await client.post('/api/cache/clear-all', undefined, [200]);
  closeIdleConnections();
  let open: string[] = [];
  await until('a server at rest', async () => {
    const now = await openDescriptors(pid);
    const isSteady = now.join() === open.join();
    open = now;
    return isSteady;
  });
  return open;
}
