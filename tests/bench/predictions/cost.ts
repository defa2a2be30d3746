// The memory of the usage model, and the time of an opening and of a guess.
import { dirname, join } from 'node:path';

import { binary } from '../../support/binary.ts';
import type { Result } from '../report.ts';
import { execute } from '../tools/process.ts';
import { median } from '../tools/statistics.ts';

const ACTORS = ['100', '1000', '8000'];
const BAR_ACTORS = 1000;
const BAR_BYTES = 64 * 1024;
const ROUNDS = 5;

interface Cost {
  actors: number;
  bytes: number;
  openingNs: number;
  guessNs: number;
}

export async function usageCost(): Promise<Result> {
  const tool = join(dirname(binary), 'usage_cost');
  const rounds: Cost[] = [];
  for (let round = 0; round < ROUNDS; ++round) {
    const { stdout } = await execute(tool, ACTORS);
    for (const line of stdout.trim().split('\n')) {
      const [actors = 0, bytes = 0, openingNs = 0, guessNs = 0] = line.split(' ').map(Number);
      rounds.push({ actors, bytes, openingNs, guessNs });
    }
  }
  const costs = ACTORS.map((actors) => middle(rounds.filter((one) => one.actors === +actors)));
  const bytes = costs.find(({ actors }) => actors === BAR_ACTORS)?.bytes ?? Infinity;
  return {
    table: {
      title: 'What the usage model costs',
      columns: ['actors', 'memory', 'learning an opening', 'a guess'],
      rows: costs.map((one) => [
        one.actors.toLocaleString('en'),
        `${(one.bytes / 1024).toFixed(1)} KiB`,
        `${(one.openingNs / 1000).toFixed(2)} µs`,
        `${(one.guessNs / 1000).toFixed(1)} µs`,
      ]),
      notes: [
        `20,000 openings in no order, which leave the most to be remembered; medians of ${ROUNDS} rounds. The server`,
        'learns and guesses on a thread of its own, so that nobody who opens an actor waits for either.',
      ],
    },
    bars: [
      {
        what: 'memory of the usage model for 1,000 actors',
        wanted: `≤ ${BAR_BYTES / 1024} KiB`,
        measured: `${(bytes / 1024).toFixed(1)} KiB`,
        met: bytes <= BAR_BYTES,
      },
    ],
  };
}

function middle(costs: Cost[]): Cost {
  const of = (name: keyof Cost): number => median(costs.map((cost) => cost[name]));
  return {
    actors: of('actors'),
    bytes: of('bytes'),
    openingNs: of('openingNs'),
    guessNs: of('guessNs'),
  };
}
