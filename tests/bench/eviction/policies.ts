// How often somebody who opens an actor waits, under the server's policy and under others.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { binary } from '../../support/binary.ts';
import type { Bar, Cell, Result } from '../report.ts';
import { execute } from '../tools/process.ts';
import { median } from '../tools/statistics.ts';
import { ACTORS, writeGalleryTrace } from './gallery-trace.ts';

const SEEDS = [1, 2, 3];
const OPENINGS = 20_000;
const SHARES = [0.01, 0.1, 0.25];
const OURS = 'image-cache';
const PEERS = ['LRU per picture', 'S3-FIFO per picture'];

interface ReplayResult {
  size_bytes: number;
  policy: string;
  open_miss_ratio: number;
}

/** By policy and share: the open-miss ratio of each seed. */
type Figures = Map<string, Map<number, number[]>>;

export async function policies(workDir: string): Promise<Result> {
  const figures: Figures = new Map();
  for (const seed of SEEDS) await replaySeed(workDir, seed, figures);
  const rows: Cell[][] = [...figures].map(([policy, byShare]) => [
    policy,
    ...SHARES.map((share) => `${(100 * median(byShare.get(share) ?? [])).toFixed(1)} %`),
  ]);
  return {
    table: {
      title: 'Openings with at least one miss',
      columns: ['policy', ...SHARES.map((share) => `${100 * share} % of the bytes`)],
      rows,
      notes: [
        `image-cache replay over a generated history: ${ACTORS} actors of about 25 pictures, ${OPENINGS} openings,`,
        `skewed and drifting popularity; medians over the seeds ${SEEDS.join(', ')}. Belady knows the future.`,
      ],
    },
    bars: PEERS.map((peer) => barAgainst(peer, figures)),
  };
}

async function replaySeed(workDir: string, seed: number, figures: Figures): Promise<void> {
  const trace = join(workDir, `gallery-${seed}.csv`);
  const { pictureBytes } = await writeGalleryTrace(trace, seed, OPENINGS);
  const sizes = SHARES.map((share) => Math.floor(pictureBytes * share));
  const args = sizes.flatMap((size) => ['--size', String(size)]);
  const { stdout } = await execute(binary, ['replay', trace, '--json', ...args]);
  await rm(trace);
  const { results } = JSON.parse(stdout) as { results: ReplayResult[] };
  for (const { size_bytes, policy, open_miss_ratio } of results) {
    const share = SHARES[sizes.indexOf(size_bytes)]!;
    const byShare = figures.get(policy) ?? new Map<number, number[]>();
    figures.set(policy, byShare.set(share, [...(byShare.get(share) ?? []), open_miss_ratio]));
  }
}

function barAgainst(peer: string, figures: Figures): Bar {
  const at = (policy: string): number[] => figures.get(policy)?.get(0.1) ?? [];
  const peers = at(peer);
  const shares = at(OURS).map((ours, i) => ours / peers[i]!);
  return {
    what: `openings with a miss beside ${peer}, at 10 % of the bytes, every seed`,
    wanted: 'fewer',
    measured: shares.map((share) => `${share.toFixed(3)}×`).join(', '),
    met: shares.length > 0 && shares.every((share) => share < 1),
  };
}
