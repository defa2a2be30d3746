// `make bench`: every table, or those of the sections that are named, as text and JSON in build/bench.
// It measures and never fails over a figure.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import { requireBinary, root } from '../support/binary.ts';
import { Bench, type Section } from './bench.ts';
import { compression } from './compression/section.ts';
import { eviction } from './eviction/section.ts';
import { fetching } from './fetching/section.ts';
import { gallery } from './gallery/section.ts';
import { manifest } from './manifest/section.ts';
import { predictions } from './predictions/section.ts';
import { readThrough } from './read-through/section.ts';
import { formatBars, formatTable, type Result } from './report.ts';
import { serving } from './serving/section.ts';
import { smaller } from './smaller/section.ts';
import { store } from './store/section.ts';

const all: Section[] = [
  gallery,
  serving,
  fetching,
  readThrough,
  eviction,
  predictions,
  compression,
  smaller,
  store,
  manifest,
];

function chosen(names: string[]): Section[] {
  const unknown = names.filter((name) => !all.some((section) => section.name === name));
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(', ');
    console.error(`there is no section ${unknown.join(', ')}; the sections: ${known}`);
    process.exit(2);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

async function write(results: Result[]): Promise<void> {
  const outDir = join(root, 'build/bench');
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`;
  const bars = formatBars(results.flatMap((result) => result.bars));
  const date = new Date().toISOString().slice(0, 10);
  const tables = results.map(({ table }) => formatTable(table));
  const text = [`Measured on ${machine}, ${date}.`, ...tables, bars].join('\n\n');
  await mkdir(outDir, { recursive: true });
  await writeFile(join(outDir, 'results.md'), `${text}\n`);
  const json = JSON.stringify({ machine, date, results }, null, 2);
  await writeFile(join(outDir, 'results.json'), `${json}\n`);
  console.log(`${bars}\n\nwritten to ${outDir}/results.md and results.json`);
}

const sections = chosen(process.argv.slice(2));
requireBinary();
const workDir = await mkdtemp(join(tmpdir(), 'image-cache-bench-'));
try {
  const bench = new Bench(workDir);
  for (const section of sections) await section.measure(bench);
  await write(bench.results);
} finally {
  await rm(workDir, { recursive: true, force: true });
}
