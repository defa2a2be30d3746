// `make bench`: every table, as text and JSON in build/bench. It measures and never fails over a figure.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'vite';

import { root } from '../support/binary.ts';
import { launchChromium } from './browser.ts';
import { besideNginx, visitsOverTime } from './gallery-visits.ts';
import { Gallery } from './gallery.ts';
import { hitCost } from './hit-cost.ts';
import { lookupCost } from './lookup-cost.ts';
import { formatBars, formatTable, type Section } from './report.ts';

const outDir = join(root, 'build/bench');
const pageDir = join(outDir, 'page');
const plainPageDir = join(outDir, 'plain-page');
const workDir = await mkdtemp(join(tmpdir(), 'image-cache-bench-'));
const sections: Section[] = [];

function report(section: Section): void {
  sections.push(section);
  console.log(`${formatTable(section.table)}\n`);
}

try {
  await mkdir(outDir, { recursive: true });
  const configFile = join(import.meta.dirname, 'page/vite.config.ts');
  await build({ configFile });
  await build({ configFile, mode: 'plain' });
  const browser = await launchChromium();
  const gallery = await Gallery.start({ pageDir, workDir, latencyMs: 2000 });
  try {
    report(await visitsOverTime(browser, gallery));
    report(await besideNginx(browser, gallery, plainPageDir, workDir));
    report(await lookupCost(browser, gallery));
  } finally {
    await gallery.close();
    await browser.close();
  }
  report(await hitCost(plainPageDir, workDir));

  const bars = sections.flatMap((section) => section.bars);
  console.log(formatBars(bars));
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`;
  const text = [`Measured on ${machine}, ${new Date().toISOString().slice(0, 10)}.`];
  text.push(...sections.map(({ table }) => formatTable(table)), formatBars(bars));
  await writeFile(join(outDir, 'results.md'), `${text.join('\n\n')}\n`);
  await writeFile(
    join(outDir, 'results.json'),
    `${JSON.stringify({ machine, sections }, null, 2)}\n`,
  );
  console.log(`\nwritten to ${outDir}/results.md and results.json`);
} finally {
  await rm(workDir, { recursive: true, force: true });
}
