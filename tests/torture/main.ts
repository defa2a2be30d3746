// `make torture`: servers under load are killed and restarted, ROUNDS times (500), from SEED on (random).
//
// A campaign of ten rounds has a folder and a seed of its own; two run side by side. In three of ten the limit is
// so low that actors are evicted all the time (LIMIT=roomy or narrow: in all), in two of ten files that no checkpoint has
// brought to the platter are damaged after each kill (POWER=lost or kept: in all or none). Exit code 1 when a rule of the
// store was broken; what is printed then says how to have the same campaign again: the same operations and the
// same instant of the kill, counted in operations and milliseconds.
import { killStrayServers } from '../support/cache-server.ts';
import { requireBinary } from '../support/binary.ts';
import { runCampaign } from './campaign.ts';

const ROUNDS_PER_CAMPAIGN = 10;
const AT_ONCE = 2;

const rounds = Number(process.env['ROUNDS'] ?? 500);
const firstSeed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1_000_000));
const limit = oneOf('LIMIT', ['roomy', 'narrow']);
const power = oneOf('POWER', ['lost', 'kept']);
const verbose = process.env['VERBOSE'] !== undefined;

requireBinary();
console.log(`${rounds} rounds from SEED=${firstSeed} on`);
const startedAt = performance.now();
const failures: string[] = [];
let nextCampaign = 0;
let roundsDone = 0;

async function runCampaigns(): Promise<void> {
  for (;;) {
    const campaign = nextCampaign;
    nextCampaign += 1;
    const left = rounds - campaign * ROUNDS_PER_CAMPAIGN;
    if (left <= 0) return;
    const here = Math.min(ROUNDS_PER_CAMPAIGN, left);
    const seed = firstSeed + campaign;
    try {
      await runCampaign({
        seed,
        rounds: here,
        ...(limit === undefined ? {} : { limit }),
        ...(power === undefined ? {} : { losesPower: power === 'lost' }),
        ...(verbose ? { onRound: console.log } : {}),
      });
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      console.error(failures.at(-1));
      if (!(error instanceof Error) || verbose) console.error(error);
    }
    roundsDone += here;
    if (roundsDone % 50 === 0) console.log(`${roundsDone} of ${rounds} rounds`);
  }
}

function oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
  const given = process.env[name];
  const value = values.find((one) => one === given);
  if (value === undefined && given !== undefined)
    throw new Error(`${name} is ${values.join(' or ')}, not ${given}`);
  return value;
}

await Promise.all(Array.from({ length: AT_ONCE }, runCampaigns));
killStrayServers();
const seconds = (performance.now() - startedAt) / 1000;
console.log(
  `${rounds} rounds in ${seconds.toFixed(0)} s (${(seconds / rounds).toFixed(2)} s each), ` +
    (failures.length === 0 ? 'nothing lost' : `${failures.length} campaigns broke a rule`),
);
process.exitCode = failures.length === 0 ? 0 : 1;
