// What a scenario happens on: an S3 that refuses what is not signed, the cache server, and the page served
// by it. Each test has its own.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { renderToString } from 'react-dom/server';

import { CacheServer } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { parsePrometheus } from '../../support/prometheus.ts';
import { StrictS3, type StrictRequest } from '../../support/strict-s3.ts';
import { builtPage, type PageMode } from './page-build.ts';
import { gallery } from './page/gallery.ts';
import type { PagePicture, PageSetup } from './page/setup.ts';

const BUCKET = 'training';
const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', region: 'us-east-1' };
const SIDE = 32;

export class Site {
  readonly s3: StrictS3;
  readonly #pageDir: string;
  readonly #template: string;
  #cache: CacheServer;

  private constructor(s3: StrictS3, cache: CacheServer, pageDir: string) {
    this.s3 = s3;
    this.#cache = cache;
    this.#pageDir = pageDir;
    this.#template = readFileSync(join(pageDir, 'index.html'), 'utf8');
  }

  static async start(mode: PageMode): Promise<Site> {
    const s3 = await StrictS3.start(KEY);
    const pageDir = temporaryFolder();
    cpSync(await builtPage(mode), pageDir, { recursive: true });
    return new Site(s3, await startCache(s3, pageDir), pageDir);
  }

  /** Where the page and the cache are. */
  get url(): string {
    return this.#cache.origin;
  }

  get cache(): CacheServer {
    return this.#cache;
  }

  /** Puts `count` pictures into an actor's folder. */
  async fill(count: number, actorId = '0001', side = SIDE): Promise<void> {
    for (let n = 0; n < count; n += 1) await this.put(`${actorId}/${n}.jpg`, n, side);
  }

  async put(key: string, seed: number, side = SIDE): Promise<void> {
    this.s3.put(BUCKET, key, await picture(seed, 'jpeg', side));
  }

  /** Signed anew at each call; expired when `agoMs` is more than a quarter of an hour. */
  async pictures(count: number, actorId = '0001', agoMs = 0): Promise<PagePicture[]> {
    const numbers = Array.from({ length: count }, (_, n) => n);
    return Promise.all(
      numbers.map(async (n) => ({
        alt: `${actorId}/${n}`,
        s3_url: await this.s3.presign(BUCKET, `${actorId}/${n}.jpg`, { agoMs }),
      })),
    );
  }

  /** Has the server fetch them, without any page. */
  async cachePictures(count: number, actorId = '0001'): Promise<void> {
    const pictures = await this.pictures(count, actorId);
    const { failed } = await this.#cache.prefetch(
      actorId,
      pictures.map(({ s3_url }) => s3_url),
    );
    if (failed > 0) throw new Error(`${failed} pictures were not cached`);
  }

  /** Writes the page's HTML. `policy` is its Content-Security-Policy. */
  write(setup: PageSetup, policy?: string): void {
    const data = JSON.stringify(setup).replaceAll('<', '\\u003c');
    const html = this.#template
      .replace('<head>', () => `<head>${policy === undefined ? '' : metaPolicy(policy)}`)
      .replace('<!--gallery-->', () =>
        setup.hydrate === true ? renderToString(gallery(setup)) : '',
      )
      .replace('<!--setup-->', () => `<script type="application/json" id="setup">${data}</script>`);
    writeFileSync(join(this.#pageDir, 'index.html'), html);
  }

  /** What browsers have asked of S3. */
  get askedByPages(): StrictRequest[] {
    return this.s3.requests.filter(({ userAgent }) => userAgent.startsWith('Mozilla/'));
  }

  /** What the cache server has asked of S3. */
  get askedByCache(): StrictRequest[] {
    return this.s3.requests.filter(({ userAgent }) => userAgent.startsWith('image-cache/'));
  }

  /** How many WebSockets the cache server has. */
  async openSockets(): Promise<number | undefined> {
    const metrics = parsePrometheus((await this.#cache.get('/metrics')).text);
    return metrics.get('image_cache_http_websockets')?.samples[0]?.value;
  }

  /** On the same address and folder, as after an update or a crash; `args` are more options. */
  async restartCache(how: 'stop' | 'kill', args: string[] = []): Promise<void> {
    await this.#cache[how]();
    await this.startCacheAgain(args);
  }

  async startCacheAgain(args: string[] = []): Promise<void> {
    const { origin, cacheDir } = this.#cache;
    const listen = new URL(origin).host;
    this.#cache = await startCache(this.s3, this.#pageDir, { listen, cacheDir, args });
  }

  /** The cache server, which serves the page, and S3. */
  async goDown(): Promise<void> {
    await this.#cache.kill();
    await this.s3.stop();
  }
}

function startCache(
  s3: StrictS3,
  pageDir: string,
  { args = [], ...where }: { listen?: string; cacheDir?: string; args?: string[] } = {},
): Promise<CacheServer> {
  return CacheServer.start({
    ...where,
    args: ['--s3-endpoint', s3.endpoint, '--static-dir', pageDir, ...args],
    env: {
      AWS_ACCESS_KEY_ID: KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
      AWS_REGION: KEY.region,
    },
  });
}

const metaPolicy = (policy: string): string =>
  `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
