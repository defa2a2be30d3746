// What `make run` understands, from the environment: PHOTOS, BUCKET, PREFIX, ALLOW_DELETE, LATENCY_MS,
// PORT, S3_PORT, STATE_DIR, OPEN, IMAGE_CACHE_BIN. An empty one was not given, as make passes them.
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_LATENCY_MS, MAX_LATENCY_MS } from '../bucket/latency.ts';
import { DEFAULT_SET, type SetOptions } from '../bucket/pictures.ts';
import { DemoError } from './usage-error.ts';

export const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

export type Source =
  | { kind: 'drawn'; set: SetOptions }
  | { kind: 'photos'; folder: string }
  | { kind: 'bucket'; bucket: string; prefix: string; allowDelete: boolean };

export interface DemoOptions {
  source: Source;
  /** Everything that is written lies below: the bucket, the cache. */
  stateDir: string;
  /** Latency of every object GET, for s3rver. */
  latencyMs: number;
  /** Of our own S3 server; when it is taken, any free one. 0 picks a free one at once. */
  s3Port: number;
  /** A number is taken as it is and 0 picks a free one; without it, 5173 or the next free one. */
  port?: number;
  open: boolean;
  /** The cache server's program. */
  binary: string;
  /** Aborted by whoever does not want to wait until all pictures are drawn or copied. */
  signal?: AbortSignal;
  /** Told while pictures are drawn or copied; `make run` shows them. */
  onProgress?: (what: string, done: number, total: number) => void;
  onNotice?: (line: string) => void;
}

// The cache knows a picture by its URL, port included: with another one at every start, nothing that
// was cached would be found again.
const S3_PORT = 4569;

export function defaultOptions(): DemoOptions {
  return {
    source: { kind: 'drawn', set: DEFAULT_SET },
    stateDir: resolve(REPOSITORY, '.run'),
    latencyMs: DEFAULT_LATENCY_MS,
    s3Port: S3_PORT,
    open: false,
    binary: resolve(REPOSITORY, 'build/native-release/bin/image-cache'),
  };
}

/** Throws DemoError (2) for a value that cannot be. */
export function optionsFromEnvironment(env: NodeJS.ProcessEnv): DemoOptions {
  const options = defaultOptions();
  const get = (name: string): string | undefined => env[name]?.trim() || undefined;

  const photos = get('PHOTOS');
  const bucket = get('BUCKET');
  if (photos !== undefined && bucket !== undefined) {
    throw new DemoError('PHOTOS and BUCKET exclude each other: give one of them.', 2);
  }
  if (get('PREFIX') !== undefined && bucket === undefined) {
    throw new DemoError('PREFIX needs BUCKET: make run BUCKET=my-bucket PREFIX=actors/', 2);
  }
  if (photos !== undefined) {
    // make does not expand a tilde inside PHOTOS="~/Pictures".
    options.source = { kind: 'photos', folder: resolve(photos.replace(/^~(?=\/|$)/, homedir())) };
  }
  if (bucket !== undefined) {
    const allowDelete = flag(get('ALLOW_DELETE'));
    options.source = { kind: 'bucket', bucket, prefix: folderPrefix(get('PREFIX')), allowDelete };
  }
  options.latencyMs = whole('LATENCY_MS', get('LATENCY_MS'), MAX_LATENCY_MS) ?? options.latencyMs;
  const port = whole('PORT', get('PORT'), 65535);
  if (port !== undefined) options.port = port;
  options.s3Port = whole('S3_PORT', get('S3_PORT'), 65535) ?? options.s3Port;
  options.stateDir = resolve(get('STATE_DIR') ?? options.stateDir);
  options.open = flag(get('OPEN'));
  options.binary = resolve(get('IMAGE_CACHE_BIN') ?? options.binary);
  return options;
}

// "actors" means the folder, not every key that begins so.
function folderPrefix(prefix = ''): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

function flag(value: string | undefined): boolean {
  return value !== undefined && value !== '0' && value !== 'false' && value !== 'no';
}

function whole(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) {
    throw new DemoError(`${name} must be a whole number from 0 to ${max}, not "${text}".`, 2);
  }
  return value;
}
