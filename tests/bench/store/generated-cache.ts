// Cache folders of any size, made by a tool and not downloaded.
import { once } from 'node:events';
import { statfs } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';

import { binary } from '../../support/binary.ts';
import { CacheServer, type CacheServerOptions } from '../../support/cache-server.ts';
import { execute } from '../tools/process.ts';

const BYTES_AN_ENTRY = 6_000; // a block for the picture, folders, the index, manifest.json twice

const START_WITHIN_MS = 120_000; // a slow start is measured, not refused

export interface GeneratedCache {
  entries: number;
  cacheDir: string;
}

/** A tool of tests/bench/store, which is built beside the server. */
export const tool = (name: string): string =>
  join(import.meta.dirname, '../../../build/native-release/bin', name);

export async function generateCache(workDir: string, entries: number): Promise<GeneratedCache> {
  const { bavail, bsize } = await statfs(workDir);
  if (bavail * bsize < entries * BYTES_AN_ENTRY + 2 ** 30)
    throw new Error(`the disk has no room for ${entries} entries`);
  const cacheDir = join(workDir, `cache-${entries}`);
  await execute(tool('generate_cache'), [cacheDir, String(entries)]);
  // The first server writes manifest.json.
  const server = await startOn({ entries, cacheDir });
  await stopSlowly(server);
  return { entries, cacheDir };
}

export function startOn(
  { cacheDir }: GeneratedCache,
  options: CacheServerOptions = {},
): Promise<CacheServer> {
  const args = ['--max-size', '1TiB', '--threads', '2', '--log-level', 'error', '--debuggable'];
  return CacheServer.start({
    ...options,
    cacheDir,
    args: [...args, ...(options.args ?? [])],
    startWithinMs: START_WITHIN_MS,
  });
}

/** SIGTERM, and as long as it takes. */
export async function stopSlowly(server: CacheServer): Promise<void> {
  server.terminate();
  const code = await server.exited;
  if (code !== 0) throw new Error(`${binary} ended with ${code}: ${server.stderr}`);
}

/** Reads an answer of any size to its end and keeps none of it. */
export async function drain(
  server: CacheServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; bytes: number; etag: string }> {
  const request = get(server.origin + path, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Buffer).length;
  return { status: response.statusCode ?? 0, bytes, etag: response.headers.etag ?? '' };
}
