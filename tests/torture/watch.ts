// What must hold at every instant of a server's life: manifest.json is whole, and the folder within its limit.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { Violation } from './tracked-picture.ts';

const pollMs = 4;

export class Watch {
  looks = 0;
  readonly #cacheDir: string;
  readonly #maxSizeBytes: number;
  readonly #stopped: Promise<void>;
  #stopping = false;
  #hasManifest = false;

  /** `stop` has to be called, and rejects when a rule was broken. */
  constructor(cacheDir: string, maxSizeBytes: number) {
    this.#cacheDir = cacheDir;
    this.#maxSizeBytes = maxSizeBytes;
    this.#stopped = this.#run();
    this.#stopped.catch(() => undefined); // stop() tells
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#stopped;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      await this.#lookAtManifest();
      const bytes = await leastDiskUse(this.#cacheDir);
      if (bytes > this.#maxSizeBytes) {
        throw new Violation(`${bytes} bytes on the disk, over --max-size ${this.#maxSizeBytes}`);
      }
      this.looks += 1;
      await delay(pollMs);
    }
  }

  async #lookAtManifest(): Promise<void> {
    const text = await readFile(join(this.#cacheDir, 'manifest.json'), 'utf8').catch(
      () => undefined,
    );
    if (text === undefined) {
      if (this.#hasManifest) throw new Violation('manifest.json was there and is not');
      return;
    }
    this.#hasManifest = true;
    try {
      const { version } = JSON.parse(text) as { version: string };
      if (version !== '1.0') throw new Error(`version ${version}`);
    } catch (error) {
      throw new Violation(`manifest.json is not whole: ${String(error)}`, { cause: error });
    }
  }
}

interface Seen {
  path: string;
  bytes: number;
}

/** No more than what `du` would say of the folder at one instant: what was there on a first and on a second look was there
 *  all the time between them, while what came or went meanwhile may never have been there together. */
export async function leastDiskUse(cacheDir: string): Promise<number> {
  const first = new Map<number, Seen>();
  await look(cacheDir, first);
  const second = await Promise.all(
    [...first].map(async ([inode, { path, bytes }]) => {
      const now = await lstat(path).catch(() => undefined);
      return now?.ino === inode ? Math.min(bytes, now.blocks * 512) : 0;
    }),
  );
  return second.reduce((sum, bytes) => sum + bytes, 0);
}

async function look(path: string, seen: Map<number, Seen>): Promise<void> {
  const status = await lstat(path).catch(() => undefined);
  if (status === undefined) return;
  seen.set(status.ino, { path, bytes: status.blocks * 512 });
  if (!status.isDirectory()) return;
  const names = await readdir(path).catch(() => []);
  await Promise.all(names.map((name) => look(join(path, name), seen)));
}
