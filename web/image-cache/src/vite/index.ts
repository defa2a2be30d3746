// The Vite plugin: in `vite` and `vite preview` a cache server runs beside the page and answers below
// /api/cache, as it would in production behind one reverse proxy. A built page gets a head start.
import { resolve } from 'node:path';
import type { Plugin, PreviewServer, ProxyOptions, ViteDevServer } from 'vite';
import { findBinary } from './find-binary.js';
import { headStart } from './head-start.js';
import { leaseServer, type ServerLease } from './server-process.js';
import { serviceWorker, type ServiceWorkerPluginOptions } from './service-worker.js';

export type { ServiceWorkerPluginOptions } from './service-worker.js';

export interface ImageCachePluginOptions {
  /** The server's program. Default: IMAGE_CACHE_BIN, the PATH, or build/native-release/bin in a folder above. */
  binary?: string;
  /** Where the pictures are kept, from Vite's root. Default: .image-cache */
  cacheDir?: string;
  /** More of the server's options: ['--s3-endpoint', 'http://localhost:4569'] */
  args?: string[];
  /** More environment for the server, such as AWS_PROFILE. */
  env?: Record<string, string>;
  /** The server's own port. Default: a free one. */
  port?: number;
  /** A server that runs already: nothing is started. */
  url?: string;
  /** Whether a built page starts the module in a script of its own, before the application's. Default: true.
   *  False for an application that gives `configure()` its own `wasm` or `baseUrl`. */
  headStart?: boolean;
  /** Whether a built page has a service worker (docs/service-worker.md). Default: false */
  serviceWorker?: boolean | ServiceWorkerPluginOptions;
}

const PATH = '/api/cache';

export function imageCache(options: ImageCachePluginOptions = {}): Plugin[] {
  const plugins = [cacheServer(options)];
  if (options.headStart !== false) plugins.push(headStart());
  const { serviceWorker: worker = false } = options;
  if (worker !== false) plugins.push(serviceWorker(worker === true ? {} : worker));
  return plugins;
}

function cacheServer(options: ImageCachePluginOptions): Plugin {
  // Of the Vite server that is being made: a restart makes the new one before it closes the old one.
  let lease: ServerLease | undefined;
  let line = '';
  return {
    name: 'image-cache',

    async config(config, { command }) {
      // Bundled for development, the module's file would not be beside its code any more.
      const optimizeDeps = { exclude: ['image-cache'] };
      // Vitest reads the same configuration and has no page to serve.
      if (command !== 'serve' || process.env['VITEST'] !== undefined) return { optimizeDeps };
      let target = options.url;
      line = `image-cache: ${PATH} → ${String(target)}`;
      if (target === undefined) {
        const root = resolve(config.root ?? '.');
        const cacheDir = resolve(root, options.cacheDir ?? '.image-cache');
        lease = await leaseServer({
          binary: findBinary(options.binary, root),
          args: [
            'serve',
            ...['--listen', `127.0.0.1:${options.port ?? 0}`],
            ...['--cache-dir', cacheDir],
            // Vite may be killed, and the next one finds the folder taken.
            '--exit-with-parent',
            ...(options.args ?? []),
          ],
          env: options.env ?? {},
        });
        target = lease.url;
        line = `image-cache: ${PATH} → ${target}, pictures in ${cacheDir}`;
      }
      // The page's Host stays: the server takes its Origin for its own then. ws: its events.
      const proxy: Record<string, ProxyOptions> = { [PATH]: { target, ws: true } };
      return { optimizeDeps, server: { proxy }, preview: { proxy } };
    },

    configureServer(server) {
      server.config.logger.info(line);
      if (lease !== undefined) releaseAtEnd(server, lease);
    },

    configurePreviewServer(server) {
      server.config.logger.info(line);
      if (lease !== undefined) releaseAtEnd(server, lease);
    },
  };
}

/** Whoever waits for Vite's end waits for the cache server's too. */
function releaseAtEnd(vite: ViteDevServer | PreviewServer, { release }: ServerLease): void {
  const close = vite.close.bind(vite);
  vite.close = () => close().finally(release);
  // A restart closes the old HTTP server and does not call close(). In middleware mode there is none here.
  vite.httpServer?.once('close', () => void release());
}

export default imageCache;
