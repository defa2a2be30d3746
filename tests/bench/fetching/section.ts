// What fetching costs: beside rclone and curl, for a person who waits, and when nothing has changed.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Bench, Section } from '../bench.ts';
import { Origin } from '../origin/origin.ts';
import { bulk } from './bulk.ts';
import { demand } from './demand.ts';
import { revalidation } from './revalidation.ts';

async function measure(bench: Bench): Promise<void> {
  const workDir = join(bench.workDir, 'fetching');
  await mkdir(workDir, { recursive: true });
  const origin = await Origin.start(workDir);
  try {
    await bench.part('Fetching, beside rclone and curl', () => bulk(origin, workDir));
    await bench.part('A demand among prefetches', () => demand(origin, workDir));
    await bench.part('Revalidation by listing', () => revalidation(origin, workDir));
  } finally {
    await origin.close();
  }
}

export const fetching: Section = { name: 'fetching', measure };
