// Starts the whole demo in this process (the S3 server, the page's server, the demo's backend) and,
// through the Vite plugin, the cache server beside it. `make run` and the browser tests use it.
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { imageCache } from 'image-cache/vite';
import { createServer, type Plugin, type ViteDevServer } from 'vite';
import { S3RVER_CREDENTIALS, S3RVER_REGION } from '../bucket/s3-server.ts';
import { createBackend } from './backend.ts';
import { Catalog } from './catalog.ts';
import { quietLogger } from './quiet-logger.ts';
import { openSource, type OpenSource } from './open-source.ts';
import type { DemoOptions } from './options.ts';
import { DemoError } from './usage-error.ts';
import { COMMON } from './vite-options.ts';

export interface Demo {
  /** The page. */
  url: string;
  /** Our own S3 server; nothing for a real bucket. */
  s3Url?: string;
  /** Where the page's server answers for the cache. */
  cacheUrl: string;
  /** For a real bucket it does nothing. */
  setLatency(latencyMs: number): void;
  /** How often an object was asked for, of our own S3 server. */
  objectGets(key: string): number;
  /** Stops everything that was started; may be called twice. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 5173;

/** Throws DemoError for what the user can mend. Whatever was started by then is stopped. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  await access(options.binary, constants.X_OK).catch(() => {
    throw new DemoError(
      `The cache server is not built (${options.binary}): run \`make build\`.`,
      1,
    );
  });
  const source = await openSource(options);
  let vite: ViteDevServer | undefined;
  try {
    vite = await startVite(options, source);
  } catch (error) {
    await source.server?.close();
    throw readable(error, options);
  }
  return running(vite, source);
}

async function startVite(options: DemoOptions, source: OpenSource): Promise<ViteDevServer> {
  const backend = createBackend({
    catalog: new Catalog(source.client, source.bucket, source.prefix),
    source: options.source.kind,
    bucket: source.bucket,
    ...(source.deleteRefusal === undefined ? {} : { deleteRefusal: source.deleteRefusal }),
    ...(source.server === undefined ? {} : { latency: source.server.latency }),
  });
  const demo: Plugin = {
    name: 'actor-maker-backend',
    configureServer(server) {
      server.middlewares.use('/demo', (request, response) => void backend(request, response));
    },
  };
  // With ones of our own below, Vite's would end the process before the rest has been stopped.
  const signalListeners = process.listeners('SIGTERM');
  const vite = await createServer({
    ...COMMON,
    customLogger: quietLogger(),
    server: {
      host: '127.0.0.1',
      port: options.port ?? DEFAULT_PORT,
      strictPort: options.port !== undefined && options.port !== 0,
      open: options.open,
    },
    plugins: [...(COMMON.plugins ?? []), demo, imageCache(cacheServer(options, source))],
  });
  try {
    await vite.listen();
  } catch (error) {
    await vite.close();
    throw error;
  }
  for (const listener of process.listeners('SIGTERM')) {
    if (!signalListeners.includes(listener)) process.off('SIGTERM', listener);
  }
  return vite;
}

function cacheServer(options: DemoOptions, source: OpenSource) {
  const cacheDir = join(options.stateDir, 'cache');
  // The demo's own words are enough, as long as nothing is wrong.
  const quiet = ['--log-level', 'warn'];
  if (source.server === undefined) return { binary: options.binary, cacheDir, args: quiet };
  return {
    binary: options.binary,
    cacheDir,
    args: [
      ...quiet,
      '--s3-endpoint',
      source.server.url,
      '--s3-path-style',
      '--s3-region',
      S3RVER_REGION,
    ],
    env: {
      AWS_ACCESS_KEY_ID: S3RVER_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: S3RVER_CREDENTIALS.secretAccessKey,
    },
  };
}

function running(vite: ViteDevServer, source: OpenSource): Demo {
  const address = vite.httpServer?.address();
  const port = typeof address === 'object' && address !== null ? address.port : DEFAULT_PORT;
  const url = `http://localhost:${port}`;
  let closing: Promise<void> | undefined;
  return {
    url,
    ...(source.server === undefined ? {} : { s3Url: source.server.url }),
    cacheUrl: `${url}/api/cache`,
    setLatency: (latencyMs) => source.server?.latency.setLatencyMs(latencyMs),
    objectGets: (key) => source.server?.latency.getCount(source.bucket, source.prefix + key) ?? 0,
    close() {
      closing ??= (async () => {
        await vite.close();
        await source.server?.close();
        source.client.destroy();
      })();
      return closing;
    },
  };
}

function readable(error: unknown, options: DemoOptions): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE' || /port \d+ is (already )?in use/i.test(String(error))) {
    return new DemoError(
      `Port ${options.port} is taken: stop what uses it, or choose another with PORT.`,
      1,
    );
  }
  // The plugin's own words about the program that it starts.
  if (error instanceof Error && error.message.startsWith('image-cache: ')) {
    return new DemoError(error.message, 1);
  }
  return error;
}
