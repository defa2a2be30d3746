// The cache server that a demo has started beside itself: killed, and started again as it was.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { binary } from '../support/binary.ts';
import { CacheServer } from '../support/cache-server.ts';

export class CacheProcess {
  readonly #pid: number;
  readonly #cacheDir: string;
  /** As it was started: `serve`, the address and the folder, then the rest. */
  readonly #args: string[];
  readonly #env: Record<string, string>;

  private constructor(pid: number, args: string[], cacheDir: string) {
    this.#pid = pid;
    this.#args = args;
    this.#cacheDir = cacheDir;
    this.#env = Object.fromEntries(
      nullSeparated(`/proc/${pid}/environ`)
        .filter((variable) => variable.startsWith('AWS_'))
        .map((variable) => variable.split('=', 2) as [string, string]),
    );
  }

  /** The one among this process's children that keeps its pictures in `cacheDir`. */
  static of(cacheDir: string): CacheProcess {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
    for (const pid of children.split(' ').map(Number)) {
      const [program, ...args] = nullSeparated(`/proc/${pid}/cmdline`);
      if (program === binary && args.includes(cacheDir)) {
        return new CacheProcess(pid, args, cacheDir);
      }
    }
    throw new Error(`no cache server of this process has the folder ${cacheDir}`);
  }

  kill(): void {
    process.kill(this.#pid, 'SIGKILL');
  }

  /** On the address of the one that was killed, which it has written into its lock file. */
  async startAgain(): Promise<CacheServer> {
    const { host } = new URL(readFileSync(join(this.#cacheDir, 'lock'), 'utf8').trim());
    const options = this.#args.slice(this.#args.indexOf(this.#cacheDir) + 1);
    return CacheServer.start({
      listen: host,
      cacheDir: this.#cacheDir,
      args: options,
      env: this.#env,
    });
  }
}

function nullSeparated(file: string): string[] {
  return readFileSync(file, 'utf8').split('\0').filter(Boolean);
}
