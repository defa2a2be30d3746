// Clearing one actor among many, and everything.
import type { CacheServer } from '../../support/cache-server.ts';
import { milliseconds, type Result } from '../report.ts';
import { median } from '../tools/statistics.ts';
import { startOn, type GeneratedCache } from './generated-cache.ts';

const ACTORS = 15;

/** The folder's entries are gone afterwards. */
export async function clearing(caches: readonly GeneratedCache[]): Promise<Result> {
  const times: { actorMs: number; allMs: number }[] = [];
  for (const cache of caches) {
    const server = await startOn(cache);
    try {
      const actors: number[] = [];
      for (let actor = 0; actor < ACTORS; actor += 1) {
        actors.push(await clear(server, `/${String(actor).padStart(6, '0')}`, 25));
      }
      const left = cache.entries - 25 * ACTORS;
      times.push({ actorMs: median(actors), allMs: await clear(server, '-all', left) });
    } finally {
      await server.kill();
    }
  }
  const { entries } = caches.at(-1)!;
  const largest = times.at(-1)!;
  const bar = (what: string, ms: number, limitMs: number): Result['bars'][number] => ({
    what: `${entries.toLocaleString('en')} entries: ${what}`,
    wanted: `< ${milliseconds(limitMs)}`,
    measured: milliseconds(ms),
    met: ms < limitMs,
  });
  return {
    table: {
      title: 'Clearing',
      columns: ['entries', 'clear of an actor of 25', 'clear-all'],
      rows: times.map((one, i) => [
        caches[i]!.entries.toLocaleString('en'),
        milliseconds(one.actorMs),
        milliseconds(one.allMs),
      ]),
      notes: [
        `Until the answer: by then the entries are gone from the index on the disk, and the files are unlinked in the background. Median of ${ACTORS} actors.`,
      ],
    },
    bars: [
      bar('clear of an actor', largest.actorMs, 50),
      bar('clear-all is answered', largest.allMs, 1000),
    ],
  };
}

async function clear(server: CacheServer, what: string, expected: number): Promise<number> {
  const startedAt = performance.now();
  const answer = await server.post(`/api/cache/clear${what}`);
  const ms = performance.now() - startedAt;
  const { removed } = answer.json() as { removed: number };
  if (removed !== expected) throw new Error(`clear${what} removed ${removed}, not ${expected}`);
  return ms;
}
