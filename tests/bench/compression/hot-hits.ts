// Whether hits of what is not compressed are as fast with the option as without it.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { atLeast, type Cell, type Result } from '../report.ts';
import { fillCache } from '../serving/filled-cache.ts';
import { median } from '../tools/statistics.ts';
import { load } from '../tools/wrk.ts';

const ROUNDS = 15;
const SECONDS = 1;
const LEAST = 0.98;
const OPTION = ['--compress-after', '7d'];
// The second without shows what equals differ by.
const KINDS = [
  { name: 'without the option', args: [] },
  { name: '--compress-after 7d', args: OPTION },
  { name: 'without the option, once more', args: [] },
];

interface Contestant {
  name: string;
  server: CacheServer;
  speeds: number[];
}

export async function hotHits(workDir: string): Promise<Result> {
  const cache = await fillCache(workDir);
  const contestants: Contestant[] = [];
  for (const [i, { name, args }] of KINDS.entries()) {
    const cacheDir = join(workDir, `hits-${i}`);
    await cp(cache.cacheDir, cacheDir, { recursive: true });
    const server = await CacheServer.start({ cacheDir, args: ['--threads', '1', ...args] });
    contestants.push({ name, server, speeds: [] });
  }
  const targets = cache.small.slice(0, 1).map((path) => ({ target: imageTarget(path) }));
  for (let round = 0; round < ROUNDS; round += 1) {
    // Each is the first, the second and the third as often as the others.
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const contestant = contestants[(round + turn) % contestants.length];
      if (contestant === undefined) continue;
      const { server, speeds } = contestant;
      const measured = await load({
        origin: server.origin,
        targets,
        seconds: SECONDS,
        threads: 1,
        pids: [server.pid],
      });
      speeds.push(measured.requestsPerSecond);
    }
  }
  for (const { server } of contestants) await server.stop();
  const usual = contestants[0]?.speeds ?? [];
  const shareOf = ({ speeds }: Contestant): number =>
    median(speeds.map((speed, round) => speed / (usual[round] ?? NaN)));
  const [, withOption] = contestants;
  return {
    table: {
      title: 'Hot hits of 8 KB, with and without compression of cold pictures',
      columns: ['', 'req/s', 'of without'],
      rows: contestants.map((contestant): Cell[] => [
        contestant.name,
        Math.round(median(contestant.speeds)),
        `${shareOf(contestant).toFixed(3)}×`,
      ]),
      notes: [
        `Three servers, each with a folder of its own, asked in turns for ${ROUNDS} rounds of ${SECONDS} s: the medians of the`,
        `requests and of the rounds' ratios.`,
      ],
    },
    bars: [atLeast('Hot hits with compression on', withOption ? shareOf(withOption) : NaN, LEAST)],
  };
}
