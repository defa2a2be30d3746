// How soon a gallery is painted whose places are small: with smaller pictures, and with full size from here and
// from nginx.
import { join } from 'node:path';

import type { Browser } from 'playwright-core';

import { timeVisit, type VisitTimes } from '../gallery/browser.ts';
import { plainPageDir } from '../gallery/pages.ts';
import { milliseconds, ratio, type Result } from '../report.ts';
import type { Nginx } from '../tools/nginx.ts';
import { startStaticNginx, staticTarget } from '../tools/static-nginx.ts';
import { median } from '../tools/statistics.ts';
import { FITTING, SIDE_PX, type SmallGallery } from './small-gallery.ts';

const ROUNDS = 20;
const ROUNDS_AHEAD = 5;
const LONGEST_MS = 100;

export async function painting(
  browser: Browser,
  gallery: SmallGallery,
  workDir: string,
): Promise<Result> {
  const { imagesDir, pageUrl } = gallery;
  const startNginx = (name: string, dir: string) =>
    startStaticNginx({ workDir: join(workDir, name), imagesDir: dir, pageDir: plainPageDir });
  const nginx = await startNginx('nginx', imagesDir);
  const smallDir = join(workDir, 'small');
  const smallNginx = await startNginx('small-nginx', smallDir);
  const plain = (host: Nginx) => () =>
    timeVisit(
      browser,
      host.url,
      gallery.plainVisit((path) => host.url + staticTarget(path)),
    );
  try {
    const smaller = async (visit = gallery.visit('smaller')): Promise<VisitTimes> => {
      const times = await timeVisit(browser, pageUrl, visit);
      if (times.ofWidth[FITTING] !== gallery.size)
        throw new Error(`the widths that were shown: ${JSON.stringify(times.ofWidth)}`);
      return times;
    };
    const made = await smaller();
    await gallery.writeSmallerFiles(smallDir);
    const rows = [
      { name: 'smaller pictures', visit: () => smaller(), series: [] as VisitTimes[] },
      {
        name: 'files of 256 pixels made beforehand, from nginx, plain `<img>`',
        visit: plain(smallNginx),
        series: [] as VisitTimes[],
      },
      {
        name: 'full size',
        visit: () => timeVisit(browser, pageUrl, gallery.visit('full-size')),
        series: [] as VisitTimes[],
      },
      {
        name: 'full size from nginx, plain <img>',
        visit: plain(nginx),
        series: [] as VisitTimes[],
      },
    ];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { visit, series } of rows) series.push(await visit());
    }
    const ahead: VisitTimes[] = [];
    for (let round = 0; round < ROUNDS_AHEAD; round += 1) {
      ahead.push(await smaller(await gallery.prefetched(`ahead-${round}`)));
    }
    const medians = [
      ...rows,
      { name: 'smaller pictures, the first visit of a prefetched actor', series: ahead },
      { name: 'smaller pictures that are yet to be made', series: [made] },
    ].map(({ name, series }) => ({
      name,
      loadedMs: median(series.map(({ loadedMs }) => loadedMs)),
      paintedMs: median(series.map(({ paintedMs }) => paintedMs)),
    }));
    const paintedMs = medians[0]?.paintedMs ?? NaN;
    return {
      table: {
        title: `A gallery of ${gallery.size} photographs of 1024 × 1024, shown at ${SIDE_PX} pixels`,
        columns: ['', 'last loaded', 'last painted', 'beside smaller'],
        rows: medians.map((row) => [
          row.name,
          milliseconds(row.loadedMs),
          milliseconds(row.paintedMs),
          ratio(row.paintedMs / paintedMs),
        ]),
        notes: [
          `Medians of ${ROUNDS} visits each, in turn, in Chromium, each with an empty browser cache; of ${ROUNDS_AHEAD} first visits of prefetched actors; the last row is the very first visit.`,
          'The gallery is opened in a page that is there already and knows what is cached. All pictures are cached.',
        ],
      },
      bars: [
        {
          what: `${gallery.size} at ${SIDE_PX} pixels: painted, with smaller pictures`,
          wanted: `< ${LONGEST_MS} ms`,
          measured: milliseconds(paintedMs),
          met: paintedMs < LONGEST_MS,
        },
      ],
    };
  } finally {
    await nginx.close();
    await smallNginx.close();
  }
}
