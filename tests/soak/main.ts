// `make soak`: mixed good, bad and broken traffic against one server, for SECONDS (1800), from SEED on (random).
//
// Ends with exit code 1 when a good request was not answered right, when something bad was not refused, or when the server
// did not stay flat or come to rest. ONLY='by URL|events' takes a part of the traffic. A table is printed while it runs; all samples are in build/soak/SEED.csv.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { requireBinary, root } from '../support/binary.ts';
import { soak } from './soak.ts';
import { csv, line, summary, TABLE_HEAD } from './report.ts';

const ROWS = 30;

const seconds = Number(process.argv[2] ?? 1800);
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1_000_000));
const only = process.env['ONLY'];
if (!(seconds >= 10)) throw new Error(`a soak takes 10 seconds or more, not ${process.argv[2]}`);

requireBinary();
console.log(`${seconds} seconds with SEED=${seed}\n${TABLE_HEAD}`);
let nextRowAt = 0;
const result = await soak({
  seconds,
  seed,
  only: only === undefined ? undefined : new RegExp(only),
  onSample(sample) {
    if (sample.seconds < nextRowAt) return;
    nextRowAt += seconds / ROWS;
    console.log(line(sample));
  },
});
const folder = join(root, 'build/soak');
await mkdir(folder, { recursive: true });
await writeFile(join(folder, `${seed}.csv`), csv(result.samples));
console.log(summary(result));
const { faults } = result.tally;
for (const fault of faults) console.error(`WRONG with SEED=${seed}: ${fault}`);
// Connections of the traffic that nobody has ended keep no one waiting.
process.exit(faults.length === 0 ? 0 : 1);
