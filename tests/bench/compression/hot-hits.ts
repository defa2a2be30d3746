// Whether hits of what is not compressed are as fast with the option as without it.
import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { atLeast, ratio, type Cell, type Result } from '../report.ts';
import { fillCache } from '../serving/filled-cache.ts';
import { median } from '../tools/statistics.ts';
import { load } from '../tools/wrk.ts';

const ROUNDS = 7;
const SECONDS = 2;
const LEAST = 0.98;

export async function hotHits(workDir: string): Promise<Result> {
  const cache = await fillCache(workDir);
  const kinds: { name: string; args: string[]; speeds: number[] }[] = [
    { name: 'without the option', args: [], speeds: [] },
    { name: '--compress-after 7d', args: ['--compress-after', '7d'], speeds: [] },
  ];
  const targets = cache.small.map((path) => ({ target: imageTarget(path) }));
  for (let round = 0; round < ROUNDS; round += 1) {
    // One after the other on one folder, and in turns, so that both see the same machine.
    for (const kind of round % 2 === 0 ? kinds : [...kinds].reverse()) {
      const server = await CacheServer.start({
        cacheDir: cache.cacheDir,
        args: ['--threads', '1', ...kind.args],
      });
      const { requestsPerSecond } = await load({
        origin: server.origin,
        targets,
        seconds: SECONDS,
        threads: 1,
        pids: [server.pid],
      });
      kind.speeds.push(requestsPerSecond);
      await server.stop();
    }
  }
  const speeds = kinds.map((kind) => median(kind.speeds));
  const share = (speeds[1] ?? NaN) / (speeds[0] ?? NaN);
  return {
    table: {
      title: 'Hot hits of 8 KB, with and without compression of cold pictures',
      columns: ['', 'req/s', 'of without'],
      rows: kinds.map(({ name }, i): Cell[] => [
        name,
        Math.round(speeds[i] ?? NaN),
        ratio((speeds[i] ?? NaN) / (speeds[0] ?? NaN)),
      ]),
      notes: [`Medians of ${ROUNDS} rounds of ${SECONDS} s, in turns.`],
    },
    bars: [atLeast('Hot hits with compression on', share, LEAST)],
  };
}
