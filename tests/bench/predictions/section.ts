// Whether it is known who is opened next, and what knowing it costs.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Bench, Section } from '../bench.ts';
import { usageCost } from './cost.ts';
import { guesses } from './guesses.ts';

async function measure(bench: Bench): Promise<void> {
  const workDir = join(bench.workDir, 'predictions');
  await mkdir(workDir, { recursive: true });
  await bench.part('Who is opened next', () => guesses(workDir));
  await bench.part('What the usage model costs', usageCost);
}

export const predictions: Section = { name: 'predictions', measure };
