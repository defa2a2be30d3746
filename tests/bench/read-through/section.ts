// What a miss costs when its bytes pass through the server on their way to the client.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { CacheServer } from '../../support/cache-server.ts';
import type { Bench, Section } from '../bench.ts';
import { Origin } from '../origin/origin.ts';
import { missLatency } from './latency.ts';
import { memoryOfAGigabyte } from './memory.ts';
import { stampede } from './stampede.ts';

async function measure(bench: Bench): Promise<void> {
  const workDir = join(bench.workDir, 'read-through');
  await mkdir(workDir, { recursive: true });
  await bench.part('1,000 clients for one picture', () => stampede(workDir));
  const origin = await Origin.start(workDir);
  const cache = await CacheServer.start({
    cacheDir: join(workDir, 'cache'),
    args: [
      '--origin',
      origin.url,
      '--max-image-size',
      '2GiB',
      '--log-level',
      'error',
      '--debuggable',
    ],
  });
  try {
    await bench.part('A miss beside its origin', () => missLatency(origin, cache));
    await bench.part('Memory during 1 GB', () => memoryOfAGigabyte(origin, cache));
  } finally {
    await cache.stop();
    await origin.close();
  }
}

export const readThrough: Section = { name: 'read-through', measure };
