// What compressing cold photographs saves, and what opening one again costs.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { pictureFiles } from '../../support/files.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';
import { megabytes, type Result } from '../report.ts';
import { median, quantile } from '../tools/statistics.ts';
import { photographs, SIDE, type Photograph } from '../tools/photographs.ts';

const COUNT = 50;
const MEGAPIXELS = (SIDE * SIDE) / 1e6;
const LEAST_SAVED = 0.18;
const MOST_MS_PER_MEGAPIXEL = 80;

export async function coldPictures(workDir: string): Promise<Result> {
  const photos = await photographs(COUNT);
  const cacheDir = join(workDir, 'cold');
  const origin = await ScriptedOrigin.start();
  const urls = photos.map(({ bytes }, i) => origin.on(`/cold/${i}.jpg`, answer(200, bytes)));
  const args = ['--origin', origin.url];
  const filled = await CacheServer.start({
    cacheDir,
    args: [...args, '--compress-after', '1s', '--compress-share', '100'],
  });
  const { results } = await filled.prefetch('cold', urls);
  const paths = results.map(({ local_path }) => local_path ?? '');
  const work = await until(
    'every photograph is compressed or refused',
    async () => {
      const { compression } = await filled.stats();
      const tried = compression.entries + (compression.refused ?? 0);
      return tried >= photos.length ? compression : undefined;
    },
    300_000,
  );
  await filled.stop();
  const originalBytes = photos.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const storedBytes = await sizeOnDisk(cacheDir);

  // Without the option, so that nothing becomes cold again meanwhile.
  const server = await CacheServer.start({ cacheDir, args });
  const opened = await openAll(server, photos, paths);
  await server.stop();
  await origin.stop();

  const saved = 1 - storedBytes / originalBytes;
  const p50 = median(opened.ms) / MEGAPIXELS;
  const p99 = quantile(opened.ms, 0.99) / MEGAPIXELS;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return {
    table: {
      title: `Cold photographs, ${photos.length} of ${SIDE} × ${SIDE}`,
      columns: ['', ''],
      rows: [
        ['as they were downloaded', megabytes(originalBytes)],
        ['compressed', megabytes(storedBytes)],
        ['saved', percent(saved)],
        [
          'processor time to compress one',
          `${Math.round((work.compressing_cpu_ms ?? 0) / photos.length)} ms`,
        ],
        ['opened again, byte for byte the same', `${opened.identical} of ${photos.length}`],
        ['a megapixel, until the JPEG is there: p50', `${p50.toFixed(0)} ms`],
        ['p99', `${p99.toFixed(0)} ms`],
      ],
      notes: [
        'One after the other, by HTTP. The very first, which also starts the worker process, is not among them.',
      ],
    },
    bars: [
      {
        what: 'Disk saved on cold photographs',
        wanted: `≥ ${percent(LEAST_SAVED)}`,
        measured: percent(saved),
        met: saved >= LEAST_SAVED,
      },
      {
        what: 'Compressed pictures that come back byte for byte',
        wanted: 'all',
        measured: `${opened.identical} of ${photos.length}`,
        met: opened.identical === photos.length,
      },
      {
        what: 'A compressed megapixel as JPEG, p99',
        wanted: `≤ ${MOST_MS_PER_MEGAPIXEL} ms`,
        measured: `${p99.toFixed(0)} ms`,
        met: p99 <= MOST_MS_PER_MEGAPIXEL,
      },
    ],
  };
}

async function sizeOnDisk(cacheDir: string): Promise<number> {
  const files = await pictureFiles(cacheDir);
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(cacheDir, file))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function openAll(
  server: CacheServer,
  photos: readonly Photograph[],
  paths: readonly string[],
): Promise<{ ms: number[]; identical: number }> {
  const ms: number[] = [];
  let identical = 0;
  for (const [i, { bytes }] of photos.entries()) {
    const begun = performance.now();
    const { body } = await server.get(imageTarget(paths[i] ?? ''));
    if (i > 0) ms.push(performance.now() - begun);
    if (body.equals(bytes)) identical += 1;
  }
  return { ms, identical };
}
