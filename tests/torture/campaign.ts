// The life of one cache folder over several servers, each of which ends in its own way.
import { rm } from 'node:fs/promises';

import { CacheServer } from '../support/cache-server.ts';
import { temporaryFolder } from '../support/files.ts';
import { Bucket } from './bucket.ts';
import { chooseEnding, killWhileItStarts } from './endings.ts';
import { inspect } from './inspection.ts';
import { Ledger } from './ledger.ts';
import { loadUntilTheEnd } from './load.ts';
import { losePower } from './power-loss.ts';
import { Random } from './random.ts';
import { Violation } from './tracked-picture.ts';
import { Watch } from './watch.ts';

/** Far above what is in S3, and a part of it. */
const LIMIT_BYTES = { roomy: 1_000_000_000, narrow: 2_000_000 };
const MOST_OPERATIONS = 160;
const READY_MS = 5_000;

export interface CampaignOptions {
  seed: number;
  rounds: number;
  /** Roomy: nothing may be missing. Narrow: actors are evicted all the time. Otherwise the seed decides. */
  limit?: 'roomy' | 'narrow';
  /** After each kill, what no checkpoint has brought to the platter is damaged. */
  losesPower?: boolean;
  /** Told before each round, for who watches. */
  onRound?: (what: string) => void;
}

/** Rejects with a Violation that says how to have the same again. */
export async function runCampaign(options: CampaignOptions): Promise<void> {
  const { seed, rounds, onRound } = options;
  const random = new Random(seed);
  const bucket = await Bucket.start(random.fork());
  const cacheDir = temporaryFolder();
  const ledger = new Ledger(bucket.pictures);
  // A campaign keeps its limit: what a larger one had let in would be evicted at the next start. Both are drawn
  // also when they are given, or the same seed would do something else then.
  const drawn = { limit: random.chance(0.3), losesPower: random.chance(0.2) };
  const limit = options.limit ?? (drawn.limit ? 'narrow' : 'roomy');
  const losesPower = options.losesPower ?? drawn.losesPower;
  ledger.mayEvict = limit === 'narrow';
  const maxSizeBytes = LIMIT_BYTES[limit];
  const args = ['--s3-endpoint', bucket.s3.endpoint, '--max-size', String(maxSizeBytes)];
  const start = async (): Promise<CacheServer> => {
    const startedAt = performance.now();
    const server = await CacheServer.start({ cacheDir, args: [...args, '--threads', '2'] });
    const ms = performance.now() - startedAt;
    if (ms > READY_MS) throw new Violation(`ready after ${Math.round(ms)} ms`);
    return server;
  };
  let round = 0;
  let what = 'the first start';
  try {
    for (round = 1; round <= rounds; round += 1) {
      const ofRound = random.fork();
      if (ofRound.chance(0.2)) {
        what = 'killed while it starts';
        const serve = ['serve', '--listen', '127.0.0.1:0', '--cache-dir', cacheDir, ...args];
        await killWhileItStarts(serve, ofRound);
      }
      const ending = chooseEnding(ofRound);
      const operationsBeforeEnd = 1 + ofRound.below(MOST_OPERATIONS);
      what = `${ending.name} after ${operationsBeforeEnd} operations, ${limit} limit${losesPower ? ', power lost' : ''}`;
      onRound?.(`seed ${seed} round ${round}: ${what}`);
      const server = await start();
      const watch = new Watch(cacheDir, maxSizeBytes);
      try {
        await inspect(server, ledger);
        await loadUntilTheEnd({
          server,
          bucket,
          ledger,
          random: ofRound,
          operationsBeforeEnd,
          ending,
        });
      } finally {
        await server.kill(); // in case of a failure
        await watch.stop();
      }
      if (losesPower) await losePower(cacheDir, ledger, ofRound);
    }
    what = 'the last start';
    const last = await start();
    await inspect(last, ledger);
    await last.stop();
  } catch (error) {
    const again = `SEED=${seed} ROUNDS=${rounds} LIMIT=${limit} POWER=${losesPower ? 'lost' : 'kept'}`;
    throw new Violation(`round ${round} (${what}), again with ${again}: ${String(error)}`, {
      cause: error,
    });
  } finally {
    await bucket.s3.stop();
    await rm(cacheDir, { recursive: true, force: true });
  }
}
