// A few rounds of `make torture`: killed under load, restarted, and everything acknowledged is there.
import { expect, it } from 'vitest';

import { runCampaign } from '../torture/campaign.ts';

const ROUNDS = 3;

it.each(['roomy', 'narrow'] as const)(
  'a server that is killed under load loses nothing that it acknowledged, with a %s limit',
  async (limit) => {
    const seed = Math.floor(Math.random() * 1_000_000);
    const rounds: string[] = [];
    await runCampaign({ seed, rounds: ROUNDS, limit, onRound: (what) => rounds.push(what) });
    expect(rounds).toHaveLength(ROUNDS);
  },
  60_000,
);
