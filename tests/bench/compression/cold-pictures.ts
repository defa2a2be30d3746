// What compressing cold photographs saves, and what opening one again costs.
import { join } from 'node:path';

import { megabytes, type Result } from '../report.ts';
import { SIDE } from '../tools/photographs.ts';
import { median, quantile } from '../tools/statistics.ts';
import { compressAll, openAll, type Opened } from './compressed-cache.ts';
import { originals, QUALITY, squares, type ColdPhotograph } from './cold-photographs.ts';

const ROUNDS = 5;
const LEAST_SAVED = 0.18;
const MOST_MS_PER_MEGAPIXEL = 80;

interface Measured {
  photographs: number;
  originalBytes: number;
  storedBytes: number;
  compressingMsPerMegapixel: number;
  opened: Opened;
}

async function measure(
  cacheDir: string,
  photographs: readonly ColdPhotograph[],
): Promise<Measured> {
  const cache = await compressAll(cacheDir, photographs);
  const opened: Opened = { msPerMegapixel: [], identical: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const { msPerMegapixel, identical } = await openAll(cache, photographs);
    opened.msPerMegapixel.push(...msPerMegapixel);
    opened.identical += identical;
  }
  const megapixels = photographs.reduce((sum, photograph) => sum + photograph.megapixels, 0);
  return {
    photographs: photographs.length,
    originalBytes: photographs.reduce((sum, { bytes }) => sum + bytes.length, 0),
    storedBytes: cache.storedBytes,
    compressingMsPerMegapixel: cache.compressingMs / megapixels,
    opened,
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const ms = (value: number): string => `${value.toFixed(0)} ms`;
const saved = ({ originalBytes, storedBytes }: Measured): number => 1 - storedBytes / originalBytes;
const p99 = ({ opened }: Measured): number => quantile(opened.msPerMegapixel, 0.99);
const identical = ({ opened }: Measured): string =>
  `${opened.identical} of ${opened.msPerMegapixel.length}`;

export async function coldPictures(workDir: string): Promise<Result> {
  const camera = await measure(join(workDir, 'squares'), await squares());
  const asTheyCome = await measure(join(workDir, 'originals'), await originals());
  const row = (what: string, figure: (measured: Measured) => string | number) => [
    what,
    figure(camera),
    figure(asTheyCome),
  ];
  const allIdentical = [camera, asTheyCome].every(
    ({ opened }) => opened.identical === opened.msPerMegapixel.length,
  );
  return {
    table: {
      title: 'Cold photographs',
      columns: ['', `${SIDE} × ${SIDE}, quality ${QUALITY}`, 'as they come'],
      rows: [
        row('photographs', ({ photographs }) => photographs),
        row('as they were downloaded', ({ originalBytes }) => megabytes(originalBytes)),
        row('compressed', ({ storedBytes }) => megabytes(storedBytes)),
        row('saved', (measured) => percent(saved(measured))),
        row('processor time to compress and compare a megapixel', (measured) =>
          ms(measured.compressingMsPerMegapixel),
        ),
        row('opened again, byte for byte the same', identical),
        row('a megapixel, until the JPEG is there: p50', ({ opened }) =>
          ms(median(opened.msPerMegapixel)),
        ),
        row('p99', (measured) => ms(p99(measured))),
      ],
      notes: [
        `The nature of Debian's mate-backgrounds; the squares are cut out of them and scaled from them. Opened one after the`,
        `other, by HTTP, in ${ROUNDS} rounds, each with a server that has opened none before.`,
      ],
    },
    bars: [
      {
        what: 'Disk saved on cold photographs',
        wanted: `≥ ${percent(LEAST_SAVED)}`,
        measured: percent(saved(camera)),
        met: saved(camera) >= LEAST_SAVED,
      },
      {
        what: 'Compressed pictures that come back byte for byte',
        wanted: 'all',
        measured: `${identical(camera)}, ${identical(asTheyCome)}`,
        met: allIdentical,
      },
      {
        what: 'A compressed megapixel as JPEG, p99',
        wanted: `≤ ${MOST_MS_PER_MEGAPIXEL} ms`,
        measured: ms(p99(camera)),
        met: p99(camera) <= MOST_MS_PER_MEGAPIXEL,
      },
    ],
  };
}
