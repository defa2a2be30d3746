// A built page with a service worker, served by the cache server itself, and a bucket: all that can be taken
// away from it while it is open.
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Page } from '@playwright/test';
import { imageCache, type ServiceWorkerPluginOptions } from 'image-cache/vite';
import { build } from 'vite';

import { CacheServer } from '../support/cache-server.ts';
import { filesBelow, temporaryFolder } from '../support/files.ts';
import { picture } from '../support/pictures.ts';
import { S3 } from '../support/s3.ts';
import type { Shown } from './offline-page/page.ts';

export async function buildPage(
  outDir: string,
  release = 'first',
  serviceWorker: ServiceWorkerPluginOptions = {},
): Promise<void> {
  await build({
    root: resolve(import.meta.dirname, 'offline-page'),
    configFile: false,
    logLevel: 'error',
    define: { RELEASE: JSON.stringify(release), 'process.env.NODE_ENV': '"production"' },
    // The page sets its own deadline, before anything is started.
    plugins: [imageCache({ headStart: false, serviceWorker })],
    build: { outDir, emptyOutDir: true },
  });
}

export class OfflineSite {
  readonly siteDir: string;
  readonly s3: S3;
  server: CacheServer;

  private constructor(siteDir: string, s3: S3, server: CacheServer) {
    this.siteDir = siteDir;
    this.s3 = s3;
    this.server = server;
  }

  /** Files of the page that match `missing` are not deployed. */
  static async start(
    serviceWorker: ServiceWorkerPluginOptions = {},
    missing?: RegExp,
  ): Promise<OfflineSite> {
    const siteDir = temporaryFolder();
    const [s3] = await Promise.all([S3.start(), buildPage(siteDir, 'first', serviceWorker)]);
    if (missing !== undefined) {
      const files = (await filesBelow(siteDir)).filter((file) => missing.test(file));
      await Promise.all(files.map((file) => rm(join(siteDir, file))));
    }
    return new OfflineSite(siteDir, s3, await serve(siteDir, s3));
  }

  get url(): string {
    return this.server.origin;
  }

  /** Puts pictures of one side into the bucket and, unless told otherwise, into the cache. */
  async add(names: string[], side = 64, isCached = true): Promise<string[]> {
    const urls: string[] = [];
    for (const name of names) {
      const seed = [...name].reduce((sum, c) => 31 * sum + c.charCodeAt(0), side);
      urls.push(await this.s3.put(`0001/${name}.jpg`, await picture(seed, 'jpeg', side)));
    }
    if (isCached) await this.server.prefetch('0001', urls);
    return urls;
  }

  address(shown: Shown): string {
    return `${this.url}/#${encodeURIComponent(JSON.stringify(shown))}`;
  }

  /** On the same address, with what it had. */
  async startAgain(): Promise<void> {
    this.server = await serve(this.siteDir, this.s3, this.server);
  }

  async stop(): Promise<void> {
    await Promise.all([this.server.kill(), this.s3.stop()]);
  }
}

function serve(siteDir: string, s3: S3, before?: CacheServer): Promise<CacheServer> {
  return CacheServer.start({
    ...(before && { cacheDir: before.cacheDir, listen: new URL(before.origin).host }),
    args: ['--static-dir', siteDir, '--s3-endpoint', s3.endpoint, '--s3-path-style'],
    env: { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' },
  });
}

/** Resolves when the worker serves this page, and knows what its server has. */
export async function served(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller === null) {
      await new Promise((resolve) => {
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
      });
    }
  });
}

/** How many pictures the worker keeps. */
export function keptPictures(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const cache = await caches.open('image-cache-pictures-v1');
    return (await cache.keys()).length;
  });
}

/** Of the page's pictures that are there, in order; an address is null while its picture is not. */
export function shownSources(page: Page): Promise<(string | null)[]> {
  return page.evaluate(() =>
    [...document.images].map((image) =>
      image.complete && image.naturalWidth > 0 ? image.currentSrc : null,
    ),
  );
}
