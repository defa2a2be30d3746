// The real `image-cache serve`, on a free port with a folder of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type {
  CacheStats,
  ManifestEntry,
  PictureRequest,
  PrefetchAnswer,
} from '../../web/image-cache/src/contract.ts';
import { binary } from './binary.ts';
import { temporaryFolder } from './files.ts';
import { send, type Answer, type SendOptions } from './http.ts';
import { until, within } from './until.ts';

export interface CacheServerOptions {
  /** Kept when given, so that a test can start the server again on it. */
  cacheDir?: string;
  /** HOST:PORT; without it, a free port. */
  listen?: string;
  args?: string[];
  env?: Record<string, string>;
  /** How long it may take to say where it listens; without it, as long as anything else. */
  startWithinMs?: number;
  /** A program, with its arguments, that runs the server: a profiler. */
  wrapper?: string[];
}

export interface Manifest {
  version: string;
  last_updated: number;
  entries: Record<string, ManifestEntry>;
}

/** Nothing of the developer's own AWS setup reaches a program under test. */
export function cleanEnvironment(env: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: '/nonexistent', ...env };
}

const running = new Set<ChildProcess>();
process.once('exit', killStrayServers);

/** What a test that failed has left running. */
export function killStrayServers(): void {
  running.forEach((child) => child.kill('SIGKILL'));
}

export class CacheServer {
  stderr = '';
  readonly cacheDir: string;
  /** "http://127.0.0.1:PORT". */
  readonly origin: string;
  /** The exit code, or null when a signal ended it. */
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, cacheDir: string, origin: string, stderr: string) {
    this.#child = child;
    this.cacheDir = cacheDir;
    this.origin = origin;
    this.stderr = stderr;
    child.stderr?.on('data', (text: string) => (this.stderr += text));
    this.exited = new Promise((resolve) => child.once('exit', resolve));
  }

  static async start(options: CacheServerOptions = {}): Promise<CacheServer> {
    const cacheDir = options.cacheDir ?? join(temporaryFolder(), 'cache');
    const listen = options.listen ?? '127.0.0.1:0';
    const own = ['serve', '--listen', listen, '--cache-dir', cacheDir, ...(options.args ?? [])];
    const [program = '', ...args] = [...(options.wrapper ?? []), binary, ...own];
    const child = spawn(program, args, {
      cwd: temporaryFolder(),
      // A test may run on a disk that is nearly full; its own --min-free beats the variable.
      env: cleanEnvironment({ IMAGE_CACHE_MIN_FREE: '1MiB', ...options.env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stderr = { text: '' };
    const collect = (text: string): void => void (stderr.text += text);
    child.stderr.setEncoding('utf8').on('data', collect);
    running.add(child);
    child.once('exit', () => running.delete(child));

    const listening = new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`exit code ${code}: ${stderr.text}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const origin = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
        if (origin !== undefined) resolve(origin);
      });
    });
    const origin = await within('the line "listening on"', listening, options.startWithinMs);
    child.stderr.off('data', collect);
    return new CacheServer(child, cacheDir, origin, stderr.text);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return within('exit after SIGTERM', this.exited, 20_000);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** SIGHUP; resolves with what is logged of it. REQUIRES: a log level that shows it. */
  async reload(): Promise<string> {
    const before = this.stderr.length;
    this.#child.kill('SIGHUP');
    return until('the reload', () => {
      const logged = this.stderr.slice(before);
      return /the configuration was (not )?reloaded.*\n/.test(logged) ? logged : undefined;
    });
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  send(target: string, options?: SendOptions): Promise<Answer> {
    return send(this.origin, target, options);
  }

  get(target: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(target, { headers });
  }

  /** With a `body`, as JSON; a string goes as it is. */
  post(target: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    if (body === undefined) return this.send(target, { method: 'POST', headers });
    return this.send(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async prefetch(
    actorId: string,
    images: (PictureRequest | string)[],
    more: Record<string, unknown> = {},
  ): Promise<PrefetchAnswer> {
    const answer = await this.post('/api/cache/prefetch', {
      actor_id: actorId,
      images: images.map((image) => (typeof image === 'string' ? { s3_url: image } : image)),
      ...more,
    });
    if (answer.status !== 200)
      throw new Error(`prefetch answered ${answer.status}: ${answer.text}`);
    return answer.json() as PrefetchAnswer;
  }

  /** Prefetches one picture and returns its local path; throws when it was not cached. */
  async cache(actorId: string, url: string): Promise<string> {
    const { results } = await this.prefetch(actorId, [url]);
    const path = results[0]?.local_path;
    if (path === undefined) throw new Error(`not cached: ${JSON.stringify(results)}`);
    return path;
  }

  async manifest(): Promise<Manifest> {
    return (await this.get('/api/cache/manifest')).json() as Manifest;
  }

  async stats(): Promise<CacheStats> {
    return (await this.get('/api/cache/stats')).json();
  }
}

export function imageTarget(localPath: string): string {
  return `/api/cache/image?path=${encodeURIComponent(localPath)}`;
}
