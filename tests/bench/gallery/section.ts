// What a person sees: galleries in a real Chromium, with and without the cache, and beside nginx.
import type { Bench, Section } from '../bench.ts';
import { launchChromium } from './browser.ts';
import { Gallery } from './gallery.ts';
import { lookupCost } from './lookup-cost.ts';
import { mounting } from './mounting.ts';
import { offlineBesideNginx } from './offline.ts';
import { buildPages, pageDir, plainPageDir } from './pages.ts';
import { besideNginx, visitsOverTime } from './visits.ts';

async function measure(bench: Bench): Promise<void> {
  await buildPages();
  const { workDir } = bench;
  const browser = await launchChromium();
  const gallery = await Gallery.start({ pageDir, workDir, latencyMs: 2000 });
  try {
    // In this order: what the visits leave in the cache is what the others find there.
    await bench.part('Visits of a gallery', () => visitsOverTime(browser, gallery));
    await bench.part('A cached gallery, beside nginx', () =>
      besideNginx(browser, gallery, plainPageDir, workDir),
    );
    await bench.part('Lookups in the page', () => lookupCost(browser, gallery));
    await bench.part('Mounting pictures', () => mounting(browser, pageDir));
    await bench.part('A cached gallery without any server', () =>
      offlineBesideNginx(browser, gallery, plainPageDir, workDir),
    );
  } finally {
    await gallery.close();
    await browser.close();
  }
}

export const gallery: Section = { name: 'gallery', measure };
