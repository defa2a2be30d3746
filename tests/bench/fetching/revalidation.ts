// Ten thousand cached pictures that have not changed: asking the origin whether that is so.
import { join } from 'node:path';

import { CacheServer } from '../../support/cache-server.ts';
import { LISTED_SMALL } from '../origin/bucket.ts';
import { LATENCY_MS, type Origin } from '../origin/origin.ts';
import { milliseconds, type Result } from '../report.ts';
import { median } from '../tools/statistics.ts';

const ROUNDS = 3;

const REASON: string | undefined = undefined;

interface Revalidated {
  checked: number;
  unchanged: number;
}

export async function revalidation(origin: Origin, workDir: string): Promise<Result> {
  const server = await CacheServer.start({
    cacheDir: join(workDir, 'revalidation'),
    args: ['--s3-endpoint', origin.url, '--downloads', '64', '--log-level', 'error'],
  });
  try {
    const urls = origin.urls('small', LISTED_SMALL).map((url) => origin.atOnce(url));
    const { failed } = await server.prefetch('many', urls);
    if (failed > 0) throw new Error(`${failed} of ${LISTED_SMALL} pictures were not cached`);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      const answer = await server.post('/api/cache/revalidate', {});
      times.push(performance.now() - start);
      const { checked, unchanged } = answer.json() as Revalidated;
      if (answer.status !== 200 || checked !== LISTED_SMALL || unchanged !== LISTED_SMALL)
        throw new Error(`revalidate answered ${answer.status}: ${answer.text}`);
    }
    const time = median(times);
    return {
      table: {
        title: `${LISTED_SMALL} unchanged pictures revalidated`,
        columns: ['', 'time'],
        rows: [['POST /api/cache/revalidate', milliseconds(time)]],
        notes: [
          `Median of ${ROUNDS}. By listing, 1,000 objects a page and ${LATENCY_MS} ms a page; asked one by one, 16 at once, it would take`,
          `${milliseconds((LISTED_SMALL / 16) * LATENCY_MS)} or more.`,
        ],
      },
      bars: [
        {
          what: `${LISTED_SMALL} unchanged pictures revalidated`,
          wanted: '< 2 s',
          measured: milliseconds(time),
          met: time < 2000,
          ...(REASON === undefined ? {} : { reason: REASON }),
        },
      ],
    };
  } finally {
    await server.stop();
  }
}
