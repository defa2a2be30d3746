// What must be so once nobody asks for anything any more.
import type { CacheStats } from '../../web/image-cache/src/contract.ts';
import type { Manifest } from '../support/cache-server.ts';
import { filesBelow } from '../support/files.ts';
import { openDescriptors } from '../support/process-state.ts';
import { until } from '../support/until.ts';
import { inspectFiles } from '../torture/inspection.ts';
import { closeIdleConnections, type Client } from './client.ts';
import { logFaults } from './server-log.ts';
import type { Tally } from './tally.ts';
import { Vitals } from './vitals.ts';

const DRAIN_MS = 60_000;
/** For the next downloads: twice --downloads. */
const KEPT_ORIGIN_CONNECTIONS = 32;

/** Whatever is under way shows in one of them. */
const atRest = [
  'http_websockets',
  'events_listeners',
  'events_waiting',
  'downloads_running',
  'downloads_waiting',
  'downloads_waiting_for_retry',
  'fetches_in_flight',
  'reserved_bytes',
  'unstored_bytes',
  'jobs_running',
  'revalidations_running',
  'revalidations_waiting',
  'prefetches_running',
  'debris_files',
  'index_changes_waiting',
] as const;

/** Tells the tally of all that does not come to rest. `baseline`: what was open before the traffic. */
export async function drain(
  client: Client,
  tally: Tally,
  baseline: readonly string[],
): Promise<void> {
  const { world } = client;
  const { server } = world;
  const step = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => tally.fault(`${what}: ${String(error)}`));
  };
  for (const connection of world.staying) connection.destroy();
  await Promise.all([world.hostile.stop(), world.holding.stop()]);
  await step('nothing is under way', () => comeToRest(client));
  await step('the statistics agree', () => compareStatistics(client));
  await step('the folder is what the manifest says', async () => {
    await client.post('/api/cache/verify', { repair: true }, [202]);
    await until('the end of the verification', async () => {
      const { state } = (await client.ask('/api/cache/verify', [200])).json() as { state: string };
      return state === 'done';
    });
    await inspectFiles(server, await manifestEntries(client));
  });
  await step('everything can be cleared', async () => {
    await client.post('/api/cache/clear-all', undefined, [200]);
    await until('no pictures', async () => {
      const files = await filesBelow(server.cacheDir);
      return files.every((file) => !/^(images|tmp)\//.test(file));
    });
  });
  closeIdleConnections();
  await step('descriptors are given back', () => giveBack(server.pid, baseline));
  await step('it stops', async () => {
    const code = await server.stop();
    if (code !== 0) throw new Error(`exit code ${code}: ${server.stderr.slice(-2000)}`);
  });
  for (const fault of logFaults(server.stderr)) tally.fault(fault);
  const { connections } = world.forbidden;
  if (connections > 0)
    tally.fault(`an origin that is not allowed was connected to ${connections} times`);
}

async function manifestEntries(client: Client): Promise<Manifest['entries']> {
  return ((await client.ask('/api/cache/manifest', [200])).json() as Manifest).entries;
}

async function comeToRest(client: Client): Promise<void> {
  const vitals = new Vitals();
  let busy: string[] = [];
  const isAtRest = async (): Promise<boolean> => {
    vitals.read((await client.ask('/metrics', [200])).text);
    busy = atRest
      .filter((name) => vitals.value(name) > 0)
      .map((name) => `${name} ${vitals.value(name)}`);
    return busy.length === 0;
  };
  await until('nothing under way', isAtRest, DRAIN_MS).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${busy.join(', ')}`);
  });
}

/** What is told in several places is told alike. */
async function compareStatistics(client: Client): Promise<void> {
  const vitals = new Vitals();
  const stats = (await client.ask('/api/cache/stats', [200])).json() as CacheStats;
  vitals.read((await client.ask('/metrics', [200])).text);
  const entries = Object.values(await manifestEntries(client));
  const size = entries.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  const pairs: [string, number, number][] = [
    ['hits', stats.hits, vitals.value('hits_total')],
    ['misses', stats.misses, vitals.value('misses_total')],
    ['entries', stats.total_entries, vitals.value('entries')],
    ['entries of the manifest', stats.total_entries, entries.length],
    ['bytes of the manifest', stats.total_size_bytes, size],
  ];
  const different = pairs.filter(([, one, other]) => one !== other);
  if (different.length > 0) throw new Error(JSON.stringify(different));
}

async function giveBack(pid: number, baseline: readonly string[]): Promise<void> {
  let more: string[] = [];
  const isBack = async (): Promise<boolean> => {
    const left = [...baseline];
    more = (await openDescriptors(pid)).filter((target) => {
      const at = left.indexOf(target);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    const kept = more.filter((target) => target.startsWith('to port '));
    return more.length === kept.length && kept.length <= KEPT_ORIGIN_CONNECTIONS;
  };
  await until('the descriptors of before', isBack, DRAIN_MS).catch((error: unknown) => {
    throw new Error(`${String(error)}; besides there are ${more.join(', ')}`);
  });
}
