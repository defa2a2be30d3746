// Whether choosing whom to evict costs the same however many actors there are.
import { dirname, join } from 'node:path';

import { binary } from '../../support/binary.ts';
import { atMost, type Result } from '../report.ts';
import { execute } from '../tools/process.ts';
import { median } from '../tools/statistics.ts';

const FEW = '1000';
const MANY = '100000';
const ROUNDS = 7;

export async function evictionCost(): Promise<Result> {
  const tool = join(dirname(binary), 'eviction_cost');
  const rounds: Map<string, [number, number]>[] = [];
  for (let round = 0; round < ROUNDS; ++round) {
    const { stdout } = await execute(tool, [FEW, MANY]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    rounds.push(
      new Map(lines.map(([actors, eviction, opening]) => [actors!, [+eviction!, +opening!]])),
    );
  }
  const of = (actors: string, column: 0 | 1): number =>
    median(rounds.map((round) => round.get(actors)![column]));
  const growth = median(rounds.map((round) => round.get(MANY)![0] / round.get(FEW)![0]));
  return {
    table: {
      title: 'What an eviction costs',
      columns: ['actors', 'an eviction', 'an opening'],
      rows: [FEW, MANY].map((actors) => [
        Number(actors).toLocaleString('en'),
        `${(of(actors, 0) / 1000).toFixed(1)} µs`,
        `${(of(actors, 1) / 1000).toFixed(2)} µs`,
      ]),
      notes: [
        `The policy alone: choosing among the actors, removing and adding; medians of ${ROUNDS} rounds. What grows is`,
        "the processor's misses: 64 actors taken at random out of 100,000 are in no cache.",
      ],
    },
    bars: [atMost('an eviction among 100,000 actors beside one among 1,000', growth, 3)],
  };
}
