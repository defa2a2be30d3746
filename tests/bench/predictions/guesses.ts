// How often the usage model guesses the next opening, beside four simple rules.
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { binary } from '../../support/binary.ts';
import { withReason, type Bar, type Cell, type Result } from '../report.ts';
import { execute } from '../tools/process.ts';
import { median } from '../tools/statistics.ts';

const SEEDS = [0, 1, 2];
const OURS = 'usage model';
/** Points that it may be behind where there is nothing to be learnt. */
const MAY_BE_BEHIND = 2;

interface Judged {
  model: string;
  hit_at_1: number;
  hit_at_5: number;
  prefetched_bytes: number;
  wasted_share: number;
}
interface Replayed {
  trace: string;
  structure: string;
  openings: number;
  results: Judged[];
}

export async function guesses(workDir: string): Promise<Result> {
  const all: Replayed[] = [];
  for (const seed of SEEDS) all.push(...(await replaySeed(workDir, seed)));
  const traces = [...new Set(all.map(({ trace }) => trace))];
  const models = all[0]?.results.map(({ model }) => model) ?? [];
  const rows: Cell[][] = traces.flatMap((trace) =>
    models.map((model) =>
      row(
        trace,
        model,
        all.filter((one) => one.trace === trace),
      ),
    ),
  );
  return {
    table: {
      title: 'Who is opened next',
      columns: ['trace', 'guessed by', 'hit@1', 'hit@5', 'prefetched', 'of which wasted'],
      rows,
      notes: [
        'image-cache replay --predict over generated traces of 6,000 openings: each is foretold before it is learnt.',
        'Prefetched: kB an opening, of 6 kB a first screen. Wasted: what the very next opening had no use for.',
        `Medians over the seeds ${SEEDS.join(', ')}.`,
      ],
    },
    bars: traces.flatMap((trace) => bars(all.filter((one) => one.trace === trace))),
  };
}

async function replaySeed(workDir: string, seed: number): Promise<Replayed[]> {
  const { stdout } = await execute(join(dirname(binary), 'write_opening_traces'), [
    workDir,
    String(seed),
  ]);
  const replayed: Replayed[] = [];
  for (const line of stdout.trim().split('\n')) {
    const [file = '', structure = '', trace = ''] = line.split(',');
    const report = await execute(binary, ['replay', file, '--predict', '--json']);
    await rm(file);
    const read = JSON.parse(report.stdout) as Pick<Replayed, 'openings' | 'results'>;
    replayed.push({ trace, structure, ...read });
  }
  return replayed;
}

function row(trace: string, model: string, seeds: Replayed[]): Cell[] {
  const of = (figure: (judged: Judged, openings: number) => number): number =>
    median(
      seeds.flatMap(({ results, openings }) =>
        results.filter((one) => one.model === model).map((one) => figure(one, openings)),
      ),
    );
  return [
    trace,
    model,
    percent(of((one) => one.hit_at_1)),
    percent(of((one) => one.hit_at_5)),
    `${of((one, openings) => one.prefetched_bytes / openings / 1000).toFixed(2)} kB`,
    percent(of((one) => one.wasted_share)),
  ];
}

/** Points ahead of the best simple rule, for each seed. */
function ahead(seeds: Replayed[], figure: 'hit_at_1' | 'hit_at_5'): number[] {
  return seeds.map(({ results }) => {
    const ours = results.find(({ model }) => model === OURS)?.[figure] ?? 0;
    const rules = results.filter(({ model }) => model !== OURS).map((one) => one[figure]);
    return 100 * (ours - Math.max(...rules));
  });
}

function bars(seeds: Replayed[]): Bar[] {
  const { trace = '', structure = '' } = seeds[0] ?? {};
  const learnable = structure !== 'none';
  return (['hit_at_1', 'hit_at_5'] as const).map((figure) => {
    const points = ahead(seeds, figure);
    const bar: Bar = {
      what: `${trace}: ${figure.replace('_at_', '@')} beside the best simple rule, every seed`,
      wanted: learnable ? 'ahead' : `≥ −${MAY_BE_BEHIND} points`,
      measured: points.map((one) => `${one < 0 ? '−' : '+'}${Math.abs(one).toFixed(1)}`).join(', '),
      met: points.every((one) => (learnable ? one > 0 : one >= -MAY_BE_BEHIND)),
    };
    return withReason(bar, structure === 'list' ? TIED : undefined);
  });
}

const TIED =
  'Who walks a list mostly goes on to the next in it: that rule is the best first guess there is.';

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
