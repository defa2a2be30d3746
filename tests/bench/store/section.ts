// The store from a thousand entries to a million: starting, looking up, changing, telling, clearing.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Bench, Section } from '../bench.ts';
import { execute } from '../tools/process.ts';
import { clearing } from './clearing.ts';
import { costs } from './costs.ts';
import { generateCache, type GeneratedCache } from './generated-cache.ts';
import { manifestAnswers } from './manifest-answers.ts';
import { manifestFile } from './manifest-file.ts';
import { snapshotAnswers } from './snapshot-answers.ts';
import { starts } from './starts.ts';

/** LARGEST=100000 leaves out what is larger, for a quick look. */
const largest = Number(process.env['LARGEST'] ?? 1_000_000);
const sizes = [1_000, 10_000, 100_000, 1_000_000].filter((size) => size <= largest);

async function measure(bench: Bench): Promise<void> {
  const workDir = join(bench.workDir, 'store');
  await mkdir(workDir, { recursive: true });
  try {
    const caches: GeneratedCache[] = [];
    for (const size of sizes) caches.push(await generateCache(workDir, size));
    const small = caches[0]!;
    const large = caches.at(-1)!;
    await bench.part('Starting with many entries', () => starts(caches, workDir));
    await bench.part('An operation in a large cache', () => costs(caches));
    await bench.part('GET /api/cache/manifest', () => manifestAnswers(caches));
    await bench.part('GET /api/cache/manifest as a compact snapshot', () =>
      snapshotAnswers(caches),
    );
    await bench.part('manifest.json while the cache changes', () => manifestFile(small, large));
    await bench.part('Clearing', () => clearing(caches));
  } finally {
    // Node would take minutes for a million files.
    await execute('rm', ['-rf', workDir]);
  }
}

export const store: Section = { name: 'store', measure };
