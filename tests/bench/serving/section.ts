// What a hit costs: beside nginx, with many idle connections, and where the time goes.
import { join } from 'node:path';

import type { Bench, Section } from '../bench.ts';
import { costs } from './costs.ts';
import { fillCache } from './filled-cache.ts';
import { hits } from './hits.ts';
import { idleConnections } from './idle-connections.ts';

async function measure(bench: Bench): Promise<void> {
  const workDir = join(bench.workDir, 'serving');
  const cache = await fillCache(workDir);
  await bench.part('Hits beside nginx, one thread', () =>
    hits({ cache, workDir, threads: 1, rounds: 5, seconds: 2, many: true }),
  );
  await bench.part('Hits beside nginx, two threads', () =>
    hits({ cache, workDir, threads: 2, rounds: 5, seconds: 2, many: false }),
  );
  await bench.part('10,000 idle connections', () => idleConnections(cache, workDir));
  await bench.part('Where the time of a hit goes: 8 KB', () => costs(cache, workDir, 'small'));
  await bench.part('Where the time of a hit goes: 330 KB', () => costs(cache, workDir, 'large'));
}

export const serving: Section = { name: 'serving', measure };
