// How long a person waits for one picture while ten thousand others are being fetched ahead.
import { join } from 'node:path';

import { CacheServer } from '../../support/cache-server.ts';
import { until } from '../../support/until.ts';
import { LATENCY_MS, type Origin } from '../origin/origin.ts';
import { milliseconds, type Result } from '../report.ts';
import { median, quantile } from '../tools/statistics.ts';

const QUEUED = 10_000;
const DEMANDS = 30;

const REASON: string | undefined = undefined;

export async function demand(origin: Origin, workDir: string): Promise<Result> {
  const server = await CacheServer.start({
    cacheDir: join(workDir, 'demand'),
    args: ['--origin', origin.url, '--log-level', 'error'],
  });
  try {
    const direct = await waits(origin.urls('large', DEMANDS, 'direct-'));
    const ask = (prefix: string) =>
      waits(origin.urls('large', DEMANDS, prefix).map((url) => readThrough(server, url)));
    const idle = await ask('idle-');
    const order = { images: origin.urls('large', QUEUED).map((s3_url) => ({ s3_url })) };
    const { status, text } = await server.post('/api/cache/prefetch', {
      actor_id: 'ahead',
      wait: false,
      ...order,
    });
    if (status !== 202) throw new Error(`the prefetch was answered ${status}: ${text}`);
    await until('downloads run', async () => (await server.stats()).downloads_running > 0);
    const busy = await ask('busy-');
    const { downloads_waiting: left } = await server.stats();
    const more = median(busy) - median(idle);
    const row = (what: string, times: number[]) => [
      what,
      milliseconds(median(times)),
      milliseconds(quantile(times, 0.9)),
      milliseconds(Math.max(...times)),
    ];
    return {
      table: {
        title: `One picture on demand while ${QUEUED} are prefetched`,
        columns: ['', 'median', 'p90', 'the longest'],
        rows: [
          row('directly from the origin', direct),
          row('through the idle server', idle),
          row(`with ${QUEUED} prefetches queued`, busy),
        ],
        notes: [
          `${DEMANDS} pictures of 330 KB each, one after the other, from the request to the last byte; ${LATENCY_MS} ms of it are the origin's.`,
          `At the end of the last row ${left} downloads still waited.`,
        ],
      },
      bars: [
        {
          what: `a demand waits longer with ${QUEUED} prefetches queued by (median)`,
          wanted: '< 10 ms',
          measured: milliseconds(more),
          met: more < 10,
          ...(REASON === undefined ? {} : { reason: REASON }),
        },
      ],
    };
  } finally {
    await server.kill(); // it would finish what it has begun
  }
}

function readThrough(server: CacheServer, url: string): string {
  return `${server.origin}/api/cache/image?url=${encodeURIComponent(url)}`;
}

/** Milliseconds for each whole picture. */
async function waits(urls: string[]): Promise<number[]> {
  const times: number[] = [];
  for (const url of urls) {
    const start = performance.now();
    const response = await fetch(url);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url} was answered ${response.status}`);
    times.push(performance.now() - start);
  }
  return times;
}
