// The manifest of a million pictures in a page, in a real Chromium: held, changed, and taken by the package.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'vite';

import { root } from '../../support/binary.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import type { Bench, Section } from '../bench.ts';
import { generateCache, startOn, stopSlowly } from '../store/generated-cache.ts';
import { execute } from '../tools/process.ts';
import { holding } from './holding.ts';
import { tasks } from './tasks.ts';

/** LARGEST=100000 for a quick look. */
const entries = Number(process.env['LARGEST'] ?? 1_000_000);

async function measure(bench: Bench): Promise<void> {
  await build({ configFile: join(import.meta.dirname, 'page/vite.config.ts') });
  const workDir = join(bench.workDir, 'manifest');
  await mkdir(workDir, { recursive: true });
  const origin = await ScriptedOrigin.start();
  try {
    const cache = await generateCache(workDir, entries);
    const pageDir = join(root, 'build/bench/manifest-page');
    const args = ['--static-dir', pageDir, '--origin', origin.url];
    const server = await startOn(cache, { args });
    try {
      await bench.part('The manifest in the page', () => holding(server, entries));
      await bench.part('Tasks of a page', () => tasks(server, origin, entries));
    } finally {
      await stopSlowly(server);
    }
  } finally {
    await origin.stop();
    // Node would take minutes for a million files.
    await execute('rm', ['-rf', workDir]);
  }
}

export const manifest: Section = { name: 'manifest', measure };
