// What smaller pictures for small places save: time until they are painted, and bytes.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Bench, Section } from '../bench.ts';
import { launchChromium } from '../gallery/browser.ts';
import { buildPages, pageDir } from '../gallery/pages.ts';
import type { Result } from '../report.ts';
import { bytesMoved } from './bytes.ts';
import { painting } from './painting.ts';
import { SmallGallery } from './small-gallery.ts';

async function measure(bench: Bench): Promise<void> {
  await buildPages();
  const workDir = join(bench.workDir, 'smaller');
  await mkdir(workDir, { recursive: true });
  const browser = await launchChromium();
  const withGallery = async (
    pictures: number,
    measurePart: (gallery: SmallGallery) => Promise<Result>,
  ) => {
    const gallery = await SmallGallery.start({ workDir, pageDir, pictures });
    try {
      return await measurePart(gallery);
    } finally {
      await gallery.stop();
    }
  };
  try {
    await bench.part('A gallery of small places', () =>
      withGallery(25, (gallery) => painting(browser, gallery, workDir)),
    );
    await bench.part('Bytes of a gallery of small places', () =>
      withGallery(100, (gallery) => bytesMoved(browser, gallery)),
    );
  } finally {
    await browser.close();
  }
}

export const smaller: Section = { name: 'smaller', measure };
