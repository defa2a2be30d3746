// What a power loss does to files that were not on the platter yet, done to them by hand after a kill.
import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { temporaryFolder } from '../support/files.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

const DAMAGED = 0.3;

/** Spoils some of the pictures that are younger than the last checkpoint; returns how many. */
export async function losePower(cacheDir: string, ledger: Ledger, random: Random): Promise<number> {
  let damaged = 0;
  for (const { key, path } of await youngerThanTheCheckpoint(cacheDir)) {
    if (!random.chance(DAMAGED)) continue;
    const picture = ledger.pictures.find(({ url }) => url === key);
    if (picture === undefined) continue;
    await spoil(join(cacheDir, path.replace(/^\.image-cache\//, '')), random);
    picture.mayBeSpoiled = true;
    picture.allowed.add('absent');
    damaged += 1;
  }
  return damaged;
}

/** From a copy of the index: who opens it would write what the next server has to write. */
async function youngerThanTheCheckpoint(
  cacheDir: string,
): Promise<{ key: string; path: string }[]> {
  const copy = temporaryFolder();
  try {
    for (const name of ['index.sqlite', 'index.sqlite-wal']) {
      await cp(join(cacheDir, name), join(copy, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
    const index = new DatabaseSync(join(copy, 'index.sqlite'));
    try {
      const rows = index
        .prepare(
          `SELECT s3_url AS key, local_path AS path FROM entries
           WHERE revision > (SELECT checkpoint_revision FROM state) ORDER BY s3_url`,
        )
        .all();
      return rows.map(({ key, path }) => ({ key: String(key), path: String(path) }));
    } finally {
      index.close();
    }
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function spoil(file: string, random: Random): Promise<void> {
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return; // it is being removed
  const at = random.below(bytes.length);
  await random.pick([
    () => rm(file),
    () => truncate(file, at),
    // Blocks that were taken and never written.
    () => writeFile(file, Buffer.concat([bytes.subarray(0, at), Buffer.alloc(bytes.length - at)])),
    () => writeFile(file, Buffer.alloc(bytes.length)),
  ])();
}
