// What keeping cold pictures smaller saves, and what it costs.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Bench, Section } from '../bench.ts';
import { coldPictures } from './cold-pictures.ts';
import { hotHits } from './hot-hits.ts';

async function measure(bench: Bench): Promise<void> {
  const workDir = join(bench.workDir, 'compression');
  await mkdir(workDir, { recursive: true });
  await bench.part('Cold photographs', () => coldPictures(workDir));
  await bench.part('Hot hits', () => hotHits(workDir));
}

export const compression: Section = { name: 'compression', measure };
