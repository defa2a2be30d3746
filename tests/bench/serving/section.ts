// What a hit costs: beside nginx, with many idle connections, and where the time goes.
import { join } from 'node:path';

import type { Bench, Section } from '../bench.ts';
import { fillCache } from './filled-cache.ts';
import { hits } from './hits.ts';

async function measure(bench: Bench): Promise<void> {
  const workDir = join(bench.workDir, 'serving');
  const cache = await fillCache(workDir);
  await bench.part('Hits beside nginx, one thread', () =>
    hits({ cache, workDir, threads: 1, rounds: 5, seconds: 2, many: true }),
  );
  await bench.part('Hits beside nginx, two threads', () =>
    hits({ cache, workDir, threads: 2, rounds: 5, seconds: 2, many: false }),
  );
}

export const serving: Section = { name: 'serving', measure };
