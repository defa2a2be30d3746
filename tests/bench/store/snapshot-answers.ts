// GET manifest as a compact snapshot: the first one, read from the index, and the next, made of what has
// changed; and what a hit takes while the first is being made.
import { imageTarget, type CacheServer } from '../../support/cache-server.ts';
import { megabytes, milliseconds, type Result } from '../report.ts';
import { forgetPeak, peakResidentBytes, residentBytes } from '../tools/process.ts';
import { median } from '../tools/statistics.ts';
import { drain, startOn, stopSlowly, type GeneratedCache } from './generated-cache.ts';

const target = '/api/cache/manifest';
const asSnapshot = { accept: 'application/vnd.image-cache.snapshot' };
const CHANGES = 15;
const FEWEST_HITS = 200;

interface Measured {
  bytes: number;
  firstMs: number;
  changedMs: number;
  sharedMs: number;
  moreBytes: number;
  hitBeforeMs: number;
  hitMeanwhileMs: number;
}

export async function snapshotAnswers(caches: readonly GeneratedCache[]): Promise<Result> {
  const all: Measured[] = [];
  for (const cache of caches) all.push(await measure(cache));
  const largest = all.at(-1)!;
  const { entries } = caches.at(-1)!;
  const among = `${entries.toLocaleString('en')} entries`;
  return {
    table: {
      title: 'GET /api/cache/manifest as a compact snapshot',
      columns: [
        'entries',
        'an entry',
        'the first',
        'after a change',
        'the same again',
        'more memory',
        'a hit before',
        'a hit meanwhile',
      ],
      rows: all.map((one, i) => [
        caches[i]!.entries.toLocaleString('en'),
        `${(one.bytes / caches[i]!.entries).toFixed(1)} B`,
        milliseconds(one.firstMs),
        milliseconds(one.changedMs),
        milliseconds(one.sharedMs),
        megabytes(one.moreBytes),
        milliseconds(one.hitBeforeMs),
        milliseconds(one.hitMeanwhileMs),
      ]),
      notes: [
        'Until its last byte has come. The first is made from the index, the next of what has changed (one entry; median of',
        `${CHANGES}). More memory: the peak of what is resident, over what was before. A hit: medians of a picture asked for again and`,
        'again on one connection at a time, before and while the first snapshot is made.',
      ],
    },
    bars: [
      {
        what: `${among}: bytes of a snapshot for an entry`,
        wanted: '<= 24 B',
        measured: `${(largest.bytes / entries).toFixed(1)} B`,
        met: largest.bytes / entries <= 24,
      },
    ],
  };
}

async function measure(cache: GeneratedCache): Promise<Measured> {
  const server = await startOn(cache);
  try {
    const picture = await anyPicture(server);
    const before = median(await hitsUntil(server, picture, Promise.resolve()));
    const resident = await residentBytes(server.pid);
    await forgetPeak(server.pid);
    let bytes = 0;
    let firstMs = 0;
    const first = timed(async () => ({ bytes } = await drain(server, target, asSnapshot)));
    const meanwhile = await hitsUntil(
      server,
      picture,
      first.then((ms) => (firstMs = ms)),
    );
    const moreBytes = (await peakResidentBytes(server.pid)) - resident;
    const changed: number[] = [];
    const shared: number[] = [];
    for (let i = 0; i < CHANGES; i += 1) {
      await server.post(`/api/cache/clear/${String(i).padStart(6, '0')}`);
      changed.push(await timed(() => drain(server, target, asSnapshot)));
      shared.push(await timed(() => drain(server, target, asSnapshot)));
    }
    return {
      bytes,
      firstMs,
      changedMs: median(changed),
      sharedMs: median(shared),
      moreBytes: Math.max(0, moreBytes),
      hitBeforeMs: before,
      hitMeanwhileMs: median(meanwhile),
    };
  } finally {
    await stopSlowly(server);
  }
}

async function anyPicture(server: CacheServer): Promise<string> {
  const { entries } = (await server.get(`${target}?actor_id=000020`)).json() as {
    entries: Record<string, { local_path: string }>;
  };
  return imageTarget(Object.values(entries)[0]!.local_path);
}

/** How long a hit takes, again and again until the work is done. */
async function hitsUntil(
  server: CacheServer,
  picture: string,
  work: Promise<unknown>,
): Promise<number[]> {
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  const times: number[] = [];
  while (!isDone || times.length < FEWEST_HITS) {
    times.push(await timed(() => drain(server, picture)));
  }
  await done;
  return times;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
