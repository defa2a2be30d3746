// A few rounds of `make torture`: killed under load, restarted, and everything acknowledged is there.
import { expect, it } from 'vitest';

import { runCampaign } from '../../torture/campaign.ts';

const ROUNDS = 3;

it.each([
  { limit: 'roomy', losesPower: false },
  { limit: 'narrow', losesPower: false },
  { limit: 'roomy', losesPower: true },
] as const)(
  'a server that is killed under load keeps what it acknowledged and serves nothing else: %j',
  async (kind) => {
    const seed = Math.floor(Math.random() * 1_000_000);
    const rounds: string[] = [];
    await runCampaign({ seed, rounds: ROUNDS, ...kind, onRound: (what) => rounds.push(what) });
    expect(rounds).toHaveLength(ROUNDS);
  },
  60_000,
);
