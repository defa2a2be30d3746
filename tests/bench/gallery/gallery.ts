// What the visits need: an S3 server with latency and 25 pictures, and the cache server with the page.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { join } from 'node:path';

import {
  S3RVER_CREDENTIALS,
  S3RVER_REGION,
  startS3Server,
} from '../../../web/demo/bucket/s3-server.ts';
import { CacheServer } from '../../support/cache-server.ts';
import { until } from '../../support/until.ts';
import { grainyPictures } from '../tools/pictures.ts';
import type { Visit } from './page/gallery.tsx';

const BUCKET = 'training';
const ACTOR = '0001';

export interface GalleryOptions {
  pageDir: string;
  workDir: string;
  latencyMs: number;
  pictures?: number;
}

export class Gallery {
  readonly #s3;
  readonly #client: S3Client;
  readonly #names: string[];
  readonly #args: string[];
  #cache: CacheServer;

  private constructor(
    s3: Awaited<ReturnType<typeof startS3Server>>,
    client: S3Client,
    names: string[],
    cache: CacheServer,
    args: string[],
  ) {
    this.#s3 = s3;
    this.#client = client;
    this.#names = names;
    this.#cache = cache;
    this.#args = args;
  }

  static async start(options: GalleryOptions): Promise<Gallery> {
    const s3 = await startS3Server({
      directory: join(options.workDir, 's3'),
      buckets: [BUCKET],
      latencyMs: options.latencyMs,
    });
    const client = new S3Client({
      endpoint: s3.url,
      region: S3RVER_REGION,
      forcePathStyle: true,
      credentials: S3RVER_CREDENTIALS,
    });
    const names: string[] = [];
    for await (const { name, bytes } of grainyPictures(options.pictures ?? 25)) {
      names.push(name);
      await client.send(
        new PutObjectCommand({
          Bucket: BUCKET,
          Key: `${ACTOR}/${name}`,
          Body: bytes,
          ContentType: 'image/jpeg',
        }),
      );
    }
    const args = ['--s3-endpoint', s3.url, '--static-dir', options.pageDir];
    const cacheDir = join(options.workDir, 'cache');
    const cache = await CacheServer.start({ cacheDir, args });
    return new Gallery(s3, client, names, cache, args);
  }

  /** One visit as a real app makes it: every URL presigned anew. */
  async visit(element: Visit['element']): Promise<Visit> {
    const pictures = await Promise.all(
      this.#names.map(async (filename) => ({
        filename,
        src: await getSignedUrl(
          this.#client,
          new GetObjectCommand({ Bucket: BUCKET, Key: `${ACTOR}/${filename}` }),
        ),
      })),
    );
    return { element, opened: 'with-the-page', actorId: ACTOR, pictures };
  }

  /** The cached files by their own names, as another server would offer them below `prefix`. */
  async localFiles(prefix: string): Promise<Visit['pictures']> {
    const { entries } = await this.#cache.manifest();
    return Object.values(entries).map(({ filename, local_path }) => ({
      filename,
      src: prefix + local_path.replace('.image-cache/images/', ''),
    }));
  }

  /** Resolves when every picture is cached. */
  async settled(): Promise<void> {
    await until(
      'every picture cached',
      async () => (await this.#cache.stats()).total_entries === this.#names.length,
      120_000,
    );
  }

  async serverDownloads(): Promise<number> {
    return (await this.#cache.stats()).downloads;
  }

  /** Stops the cache server and starts it on the same folder, at another address. */
  async restartCache(): Promise<void> {
    await this.stopCache();
    this.#cache = await CacheServer.start({ cacheDir: this.#cache.cacheDir, args: this.#args });
  }

  async stopCache(): Promise<void> {
    await this.#cache.stop();
  }

  get pageUrl(): string {
    return this.#cache.origin;
  }

  get imagesDir(): string {
    return join(this.#cache.cacheDir, 'images');
  }

  get originGets(): number {
    return this.#s3.latency.totalGets;
  }

  async close(): Promise<void> {
    await this.#cache.stop();
    this.#client.destroy();
    await this.#s3.close();
  }
}
