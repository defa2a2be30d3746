// What a gigabyte costs in memory while it passes through.
import { get } from 'node:http';

import type { CacheServer } from '../../support/cache-server.ts';
import { HUGE_BYTES } from '../origin/bucket.ts';
import type { Origin } from '../origin/origin.ts';
import { megabytes, type Result } from '../report.ts';
import { forgetPeak, peakResidentBytes, residentBytes } from '../tools/process.ts';
import { readThroughUrl } from './url.ts';

const REASON: string | undefined = undefined;

export async function memoryOfAGigabyte(origin: Origin, cache: CacheServer): Promise<Result> {
  await forgetPeak(cache.pid);
  const before = await residentBytes(cache.pid);
  const start = performance.now();
  const received = await download(readThroughUrl(cache, origin.objectUrl('huge.jpg')));
  const seconds = (performance.now() - start) / 1000;
  if (received !== HUGE_BYTES) throw new Error(`${received} of ${HUGE_BYTES} bytes came`);
  const peak = await peakResidentBytes(cache.pid);
  const more = peak - before;
  return {
    table: {
      title: 'One gigabyte, read through',
      columns: ['resident before', 'at the most', 'more by', 'speed'],
      rows: [
        [
          megabytes(before),
          megabytes(peak),
          megabytes(more),
          `${(HUGE_BYTES / 1e6 / seconds).toFixed(0)} MB/s`,
        ],
      ],
      notes: [
        "The server's peak (VmHWM) from the request to the last byte. Client and server share the machine.",
      ],
    },
    bars: [
      {
        what: 'memory during a read-through of 1 GB',
        wanted: '< 32 MB more',
        measured: megabytes(more),
        met: more < 32e6,
        ...(REASON === undefined ? {} : { reason: REASON }),
      },
    ],
  };
}

function download(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url}: ${response.statusCode}`));
      let received = 0;
      response.on('data', (bytes: Buffer) => (received += bytes.length));
      response.once('end', () => resolve(received));
      response.once('error', reject);
    }).once('error', reject);
  });
}
