// What a gallery moves from the server to the page, with smaller pictures and without.
import type { Browser } from 'playwright-core';

import { timeVisit } from '../gallery/browser.ts';
import { atLeast, megabytes, ratio, type Result } from '../report.ts';
import { SIDE_PX, type SmallGallery } from './small-gallery.ts';

const LEAST = 10;

export async function bytesMoved(browser: Browser, gallery: SmallGallery): Promise<Result> {
  const moved = async (shown: 'smaller' | 'full-size') =>
    (await timeVisit(browser, gallery.pageUrl, gallery.visit(shown))).pictureBytes;
  const smaller = await moved('smaller');
  const fullSize = await moved('full-size');
  const each = (bytes: number) => `${(bytes / gallery.size / 1000).toFixed(1)} kB`;
  return {
    table: {
      title: `What a gallery of ${gallery.size} moves, shown at ${SIDE_PX} pixels`,
      columns: ['', 'in all', 'a picture', 'fewer'],
      rows: [
        ['smaller pictures', megabytes(smaller), each(smaller), ratio(fullSize / smaller)],
        ['full size', megabytes(fullSize), each(fullSize), ratio(1)],
      ],
      notes: ['Heads and bodies as the browser counts them (Resource Timing, transferSize).'],
    },
    bars: [
      atLeast(
        `${gallery.size} at ${SIDE_PX} pixels: bytes of full size, beside smaller pictures`,
        fullSize / smaller,
        LEAST,
      ),
    ],
  };
}
