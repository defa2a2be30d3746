// A mixed load from several clients, until enough was asked and the server is ended in the midst of it.
import type { CacheServer } from '../support/cache-server.ts';
import type { Bucket } from './bucket.ts';
import type { Ending } from './endings.ts';
import type { Ledger } from './ledger.ts';
import { operations, type Client } from './operations.ts';
import type { Random } from './random.ts';
import { Violation } from './tracked-picture.ts';

const CLIENTS = 4;

export interface LoadOptions {
  server: CacheServer;
  bucket: Bucket;
  ledger: Ledger;
  random: Random;
  /** The ending begins when so many operations were begun. */
  operationsBeforeEnd: number;
  ending: Ending;
}

export async function loadUntilTheEnd(options: LoadOptions): Promise<void> {
  const { server, bucket, ledger, random, ending, operationsBeforeEnd } = options;
  const run = { begun: 0, isEnding: false };
  let reachEnd: () => void = () => undefined;
  const endReached = new Promise<void>((resolve) => (reachEnd = resolve));

  const work = async (client: Client): Promise<void> => {
    while (!run.isEnding) {
      run.begun += 1;
      if (run.begun === operationsBeforeEnd) reachEnd();
      try {
        await client.random.weighted(operations)(client);
      } catch (error) {
        if (error instanceof Violation) throw error;
        if (!run.isEnding) throw await explain(error, server);
        return; // broken off
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, i) =>
    work({
      server,
      bucket,
      ledger,
      random: random.fork(),
      actorIds: bucket.actorIds.filter((_id, actor) => actor % CLIENTS === i),
    }),
  );
  const all = Promise.all(clients);
  try {
    await Promise.race([endReached, all]);
  } finally {
    run.isEnding = true;
    await ending.end(server);
    await Promise.allSettled(clients);
  }
  await all;
}

/** An operation failed though nobody ends the server: because it ended by itself? */
async function explain(error: unknown, server: CacheServer): Promise<Error> {
  const ended = await Promise.race([
    server.exited.then((code) => ` (the server exited with ${code}: ${server.stderr})`),
    new Promise<string>((resolve) => setTimeout(() => resolve(''), 200)),
  ]);
  return new Violation(`an operation failed: ${String(error)}${ended}`, { cause: error });
}
