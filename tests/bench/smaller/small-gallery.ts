// A gallery of photographs that are all cached, and its visits with smaller pictures and without.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';
import type { Tiles, Visit } from '../gallery/page/gallery.tsx';
import { type Photograph, photographs } from '../tools/photographs.ts';

/** There are eighteen photographs that do not overlap; these do. */
const STRIDE = 256;
const ACTOR = '0001';

export const SIDE_PX = 200;
/** What fits SIDE_PX on a screen of one pixel a pixel, among what it is chosen from. */
export const FITTING = 256;
const WIDTHS = [128, FITTING, 384, 640];

export interface SmallGalleryOptions {
  workDir: string;
  pageDir: string;
  pictures: number;
}

export class SmallGallery {
  readonly #server: CacheServer;
  readonly #origin: ScriptedOrigin;
  readonly #photos: Photograph[];
  readonly #pictures: Visit['pictures'];
  readonly #localPaths: string[];

  private constructor(
    server: CacheServer,
    origin: ScriptedOrigin,
    photos: Photograph[],
    pictures: Visit['pictures'],
    localPaths: string[],
  ) {
    this.#server = server;
    this.#origin = origin;
    this.#photos = photos;
    this.#pictures = pictures;
    this.#localPaths = localPaths;
  }

  static async start({ workDir, pageDir, pictures }: SmallGalleryOptions): Promise<SmallGallery> {
    const photos = await photographs(pictures, STRIDE);
    if (photos.length < pictures) throw new Error(`there are but ${photos.length} photographs`);
    const origin = await ScriptedOrigin.start();
    const urls = photos.map(({ name, bytes }) =>
      origin.on(`/${ACTOR}/${name}`, answer(200, bytes)),
    );
    const server = await CacheServer.start({
      cacheDir: join(workDir, `gallery-of-${pictures}`),
      args: ['--origin', origin.url, '--static-dir', pageDir],
    });
    const { results } = await server.prefetch(ACTOR, urls);
    const localPaths = results.map(({ s3_url, local_path }) => {
      if (local_path === undefined) throw new Error(`${s3_url} was not cached`);
      return local_path;
    });
    const named = photos.map(({ name }, i) => ({ src: urls[i] ?? '', filename: name }));
    return new SmallGallery(server, origin, photos, named, localPaths);
  }

  get pageUrl(): string {
    return this.#server.origin;
  }

  /** Files of the width that fits, as somebody makes them who has no server that does: named as in `images`. */
  async writeSmallerFiles(dir: string): Promise<void> {
    for (const localPath of this.#localPaths) {
      const { body } = await this.#server.get(`${imageTarget(localPath)}&w=${FITTING}`);
      const file = join(dir, localPath.replace('.image-cache/images/', ''));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, body);
    }
  }

  get imagesDir(): string {
    return join(this.#server.cacheDir, 'images');
  }

  get size(): number {
    return this.#pictures.length;
  }

  /** Opened in a page that is there already, which is what opening an actor is. */
  visit(shown: 'smaller' | 'full-size'): Visit {
    const tiles: Tiles = { sidePx: SIDE_PX, ...(shown === 'smaller' ? { widths: WIDTHS } : {}) };
    return { element: 'cached', opened: 'later', actorId: ACTOR, pictures: this.#pictures, tiles };
  }

  /** The same photographs as another actor's, prefetched just now, with all that is made ahead. */
  async prefetched(actorId: string): Promise<Visit> {
    const pictures = this.#photos.map(({ name, bytes }) => ({
      src: this.#origin.on(`/${actorId}/${name}`, answer(200, bytes)),
      filename: name,
    }));
    const before = await this.#madeAhead();
    await this.#server.prefetch(
      actorId,
      pictures.map(({ src }) => src),
    );
    await until(
      'all are made ahead',
      async () => (await this.#madeAhead()) >= before + pictures.length,
      60_000,
    );
    return { ...this.visit('smaller'), actorId, pictures };
  }

  async #madeAhead(): Promise<number> {
    const { text } = await this.#server.get('/metrics');
    return Number(/^image_cache_smaller_made_ahead_total (\d+)$/m.exec(text)?.[1]);
  }

  /** The same in plain <img>, with `urlOf` what another server has. */
  plainVisit(urlOf: (localPath: string) => string): Visit {
    const pictures = this.#pictures.map(({ filename }, i) => ({
      src: urlOf(this.#localPaths[i] ?? ''),
      filename,
    }));
    return { ...this.visit('full-size'), element: 'plain', pictures };
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await this.#origin.stop();
  }
}
