// A gallery of photographs that are all cached, and its visits with smaller pictures and without.
import { join } from 'node:path';

import { CacheServer } from '../../support/cache-server.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import type { Tiles, Visit } from '../gallery/page/gallery.tsx';
import { photographs } from '../tools/photographs.ts';

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
  readonly #pictures: Visit['pictures'];
  readonly #localPaths: string[];

  private constructor(server: CacheServer, pictures: Visit['pictures'], localPaths: string[]) {
    this.#server = server;
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
    await origin.stop();
    const localPaths = results.map(({ s3_url, local_path }) => {
      if (local_path === undefined) throw new Error(`${s3_url} was not cached`);
      return local_path;
    });
    const named = photos.map(({ name }, i) => ({ src: urls[i] ?? '', filename: name }));
    return new SmallGallery(server, named, localPaths);
  }

  get pageUrl(): string {
    return this.#server.origin;
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
  }
}
