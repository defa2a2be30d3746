// How soon a server is ready, and what it takes to hold the index in memory.
import { join } from 'node:path';

import { CacheServer } from '../../support/cache-server.ts';
import { until } from '../../support/until.ts';
import { milliseconds, type Result } from '../report.ts';
import { residentBytes } from '../tools/process.ts';
import { median } from '../tools/statistics.ts';
import { startOn, stopSlowly, type GeneratedCache } from './generated-cache.ts';

const ROUNDS = 3;
const READY_DEADLINE_MS = 60_000;

interface Start {
  cleanMs: number;
  uncleanMs: number;
  bytesAnEntry: number;
}

export async function starts(caches: readonly GeneratedCache[], workDir: string): Promise<Result> {
  const empty = await CacheServer.start({ cacheDir: join(workDir, 'empty') });
  await empty.get('/readyz');
  const emptyBytes = await residentBytes(empty.pid);
  await empty.stop();
  const measured: Start[] = [];
  for (const cache of caches) measured.push(await measure(cache, emptyBytes));
  const largest = measured.at(-1)!;
  const { entries } = caches.at(-1)!;
  return {
    table: {
      title: `Starting with 1,000 to ${entries.toLocaleString('en')} entries`,
      columns: ['entries', 'ready after a clean stop', 'after kill -9', 'memory an entry'],
      rows: measured.map((one, i) => [
        caches[i]!.entries.toLocaleString('en'),
        milliseconds(one.cleanMs),
        milliseconds(one.uncleanMs),
        `${Math.round(one.bytesAnEntry)} B`,
      ]),
      notes: [
        `From exec to the first 200 of /readyz, medians of ${ROUNDS}; the pictures are real files, 25 an actor, in the page`,
        'cache. Memory: resident after the start, less that of a server without entries.',
      ],
    },
    bars: [
      bar(
        'ready after a clean stop',
        entries,
        milliseconds(largest.cleanMs),
        '< 2 s',
        largest.cleanMs < 2000,
      ),
      bar(
        'ready after kill -9',
        entries,
        milliseconds(largest.uncleanMs),
        '< 4 s',
        largest.uncleanMs < 4000,
      ),
      bar(
        'memory an entry',
        entries,
        `${Math.round(largest.bytesAnEntry)} B`,
        '< 300 B',
        largest.bytesAnEntry < 300,
      ),
    ],
  };
}

function bar(
  what: string,
  entries: number,
  measured: string,
  wanted: string,
  met: boolean,
): Result['bars'][number] {
  return { what: `${entries.toLocaleString('en')} entries: ${what}`, wanted, measured, met };
}

async function measure(cache: GeneratedCache, emptyBytes: number): Promise<Start> {
  const clean: number[] = [];
  const unclean: number[] = [];
  const bytes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = await ready(cache);
    clean.push(first.ms);
    bytes.push((await residentBytes(first.server.pid)) - emptyBytes);
    await first.server.kill();
    const second = await ready(cache);
    unclean.push(second.ms);
    await stopSlowly(second.server);
  }
  return {
    cleanMs: median(clean),
    uncleanMs: median(unclean),
    bytesAnEntry: median(bytes) / cache.entries,
  };
}

async function ready(cache: GeneratedCache): Promise<{ server: CacheServer; ms: number }> {
  const startedAt = performance.now();
  const server = await startOn(cache);
  await until(
    'to be ready',
    async () => (await server.get('/readyz')).status === 200,
    READY_DEADLINE_MS,
  );
  return { server, ms: performance.now() - startedAt };
}
