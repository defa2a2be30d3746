// What stays when not everything can.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Bench, Section } from '../bench.ts';
import { evictionCost } from './cost.ts';
import { policies } from './policies.ts';

async function measure(bench: Bench): Promise<void> {
  const workDir = join(bench.workDir, 'eviction');
  await mkdir(workDir, { recursive: true });
  await bench.part('Openings with at least one miss', () => policies(workDir));
  await bench.part('What an eviction costs', evictionCost);
}

export const eviction: Section = { name: 'eviction', measure };
