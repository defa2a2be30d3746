// replay --predict: how well the next opening would have been guessed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { run } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/files.ts';

interface Prediction {
  openings: number;
  actors: number;
  model_bytes: number;
  results: { model: string; hit_at_1: number; hit_at_5: number; wasted_share: number }[];
}

/** A trace in which the actors are opened a minute after each other, a picture of 1,000 bytes each. */
async function traceOf(actors: string[]): Promise<string> {
  const file = join(temporaryFolder(), 'trace.csv');
  const rows = actors.map((actor, i) => `${(i + 1) * 61_000},1${actor},1000,${actor},0\n`);
  await writeFile(file, 'time,id,size,actor,prefetch\n' + rows.join(''));
  return file;
}

it('a round that is walked again and again is learnt, and told beside the simple rules', async () => {
  const round = ['0003', '0001', '0004', '0002'];
  const trace = await traceOf(Array.from({ length: 30 }, () => round).flat());
  const { code, stdout, stderr } = await run(['replay', trace, '--predict', '--json']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as Prediction;
  expect(report).toMatchObject({ openings: 119, actors: 4 });
  expect(report.model_bytes).toBeGreaterThan(0);
  expect(report.results.map((result) => result.model)).toEqual([
    'usage model',
    'most-recent',
    'most-popular',
    'Markov',
    'next-in-list',
  ]);
  const [model] = report.results;
  expect(model?.hit_at_1).toBeGreaterThan(0.9);
  expect(model?.hit_at_5).toBeGreaterThan(0.95);

  const table = await run(['replay', trace, '--predict']);
  expect(table.stdout).toMatch(/^119 openings of 4 actors; the usage model takes /);
  expect(table.stdout).toMatch(/\nusage model +9\d\.\d\d % /);
});

it('what is asked for wrongly, and a broken trace, are told', async () => {
  const trace = await traceOf(['0001', '0002']);
  const both = await run(['replay', trace, '--predict', '--size', '1GiB']);
  expect(both.code).toBe(2);
  expect(both.stderr).toContain('give either --size or --predict');
  const neither = await run(['replay', trace]);
  expect(neither.code).toBe(2);
  expect(neither.stderr).toContain('--predict');

  await writeFile(trace, 'time,id,size,actor,prefetch\n1,2,3\n');
  const broken = await run(['replay', trace, '--predict']);
  expect(broken.code).toBe(1);
  expect(broken.stderr).toContain(':2: a row has five fields');
});
