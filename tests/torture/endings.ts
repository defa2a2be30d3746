// How the life of a server ends.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

import { binary } from '../support/binary.ts';
import { cleanEnvironment, type CacheServer } from '../support/cache-server.ts';
import { temporaryFolder } from '../support/files.ts';
import { within } from '../support/until.ts';
import type { Random } from './random.ts';
import { Violation } from './tracked-picture.ts';

export interface Ending {
  name: string;
  end(server: CacheServer): Promise<void>;
}

/** The instant is the seed's; it is what the test is about, not something that it waits for. */
const instant = (random: Random, atMostMs: number): (() => Promise<void>) => {
  const ms = random.below(atMostMs + 1);
  return () => (ms === 0 ? Promise.resolve() : delay(ms));
};

export function chooseEnding(random: Random): Ending {
  const pause = instant(random, 6);
  const longerPause = instant(random, 60);
  const kill = async (server: CacheServer): Promise<void> => {
    await pause();
    await server.kill();
  };
  const killWhileItStops = async (server: CacheServer): Promise<void> => {
    server.terminate();
    await longerPause();
    await server.kill();
  };
  const stop = async (server: CacheServer): Promise<void> => {
    const code = await server.stop();
    if (code !== 0) throw new Violation(`exit code ${code} after SIGTERM: ${server.stderr}`);
  };
  return random.weighted([
    [75, { name: 'killed', end: kill }],
    [15, { name: 'killed while it stops', end: killWhileItStops }],
    [10, { name: 'stopped', end: stop }],
  ]);
}

/** Starts a server and kills it before it has come far, or shortly after. */
export async function killWhileItStarts(args: readonly string[], random: Random): Promise<void> {
  const pause = instant(random, 80);
  const child = spawn(binary, args, {
    cwd: temporaryFolder(),
    env: cleanEnvironment(),
    stdio: 'ignore',
  });
  const exited = new Promise((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  await pause();
  child.kill('SIGKILL');
  await within('the end of a server that was killed while it started', exited);
}
