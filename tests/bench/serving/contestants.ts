// Who serves the cached pictures: our server, nginx, and the bare loop.
import { join } from 'node:path';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { startStaticNginx, staticTarget } from '../tools/static-nginx.ts';
import type { Target } from '../tools/wrk.ts';
import type { FilledCache } from './filled-cache.ts';

export interface Contestant {
  name: string;
  origin: string;
  /** The processes that answer. */
  pids: number[];
  target(localPath: string): string;
  close(): Promise<unknown>;
}

export interface Setup {
  threads: number;
  /** In front of the command: a profiler. */
  wrapper?: string[];
}

export async function startOurs(cache: FilledCache, setup: Setup): Promise<Contestant> {
  const server = await CacheServer.start({
    cacheDir: cache.cacheDir,
    args: ['--threads', String(setup.threads), '--log-level', 'error'],
    ...(setup.wrapper === undefined ? {} : { wrapper: setup.wrapper }),
  });
  return {
    name: 'Image Cache',
    origin: server.origin,
    pids: [server.pid],
    target: imageTarget,
    close: () => server.stop(),
  };
}

/** `threads` workers; under a profiler a single process. */
export async function startNginx(
  cache: FilledCache,
  workDir: string,
  { threads, wrapper }: Setup,
): Promise<Contestant> {
  const nginx = await startStaticNginx({
    workDir: join(workDir, 'nginx-hits'),
    imagesDir: cache.imagesDir,
    workers: wrapper === undefined ? threads : 0,
    ...(wrapper === undefined ? {} : { wrapper }),
  });
  return {
    name: 'nginx',
    origin: nginx.url,
    pids: await nginx.workers(),
    target: staticTarget,
    close: () => nginx.close(),
  };
}

export function targets(server: Contestant, paths: readonly string[]): Target[] {
  return paths.map((path) => ({ target: server.target(path) }));
}

/** With the ETag that the server itself gives, so that it answers 304. */
export async function conditionalTargets(
  server: Contestant,
  paths: readonly string[],
): Promise<Target[]> {
  const asked = targets(server, paths).map(async ({ target }) => {
    const { headers } = await fetch(server.origin + target, { method: 'HEAD' });
    return { target, etag: headers.get('etag') ?? '' };
  });
  return Promise.all(asked);
}
