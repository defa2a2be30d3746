// A cache folder whose photographs all became cold, and what opening them again takes.
import { cp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { pictureFiles } from '../../support/files.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';
import type { ColdPhotograph } from './cold-photographs.ts';

export interface CompressedCache {
  cacheDir: string;
  /** Of the photographs, in their order. */
  paths: string[];
  storedBytes: number;
  /** Processor time, the comparison with the original included. */
  compressingMs: number;
}

export interface Opened {
  msPerMegapixel: number[];
  identical: number;
}

export async function compressAll(
  cacheDir: string,
  photographs: readonly ColdPhotograph[],
): Promise<CompressedCache> {
  const origin = await ScriptedOrigin.start();
  const urls = photographs.map(({ bytes }, i) => origin.on(`/cold/${i}.jpg`, answer(200, bytes)));
  const server = await CacheServer.start({
    cacheDir,
    args: ['--origin', origin.url, '--compress-after', '1s', '--compress-share', '100'],
  });
  const { results } = await server.prefetch('cold', urls);
  const compression = await until(
    'every photograph is compressed or refused',
    async () => {
      const { compression } = await server.stats();
      const tried = compression.entries + (compression.refused ?? 0);
      return tried >= photographs.length ? compression : undefined;
    },
    300_000,
  );
  await server.stop();
  await origin.stop();
  return {
    cacheDir,
    paths: results.map(({ local_path }) => local_path ?? ''),
    storedBytes: await sizeOnDisk(cacheDir),
    compressingMs: compression.compressing_cpu_ms ?? 0,
  };
}

async function sizeOnDisk(cacheDir: string): Promise<number> {
  const files = await pictureFiles(cacheDir);
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(cacheDir, file))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Each once, one after the other, in a copy of the folder: who is opened is compressed no more. */
export async function openAll(
  { cacheDir, paths }: CompressedCache,
  photographs: readonly ColdPhotograph[],
): Promise<Opened> {
  const copy = `${cacheDir}-opened`;
  await cp(cacheDir, copy, { recursive: true });
  // Without the option, so that nothing becomes cold again meanwhile.
  const server = await CacheServer.start({ cacheDir: copy });
  await until('a worker is ready', async () =>
    (await server.get('/metrics')).body.toString().includes('\nimage_cache_worker_processes 1'),
  );
  const opened: Opened = { msPerMegapixel: [], identical: 0 };
  for (const [i, { bytes, megapixels }] of photographs.entries()) {
    const begun = performance.now();
    const { body } = await server.get(imageTarget(paths[i] ?? ''));
    opened.msPerMegapixel.push((performance.now() - begun) / megapixels);
    if (body.equals(bytes)) opened.identical += 1;
  }
  await server.stop();
  await rm(copy, { recursive: true });
  return opened;
}
