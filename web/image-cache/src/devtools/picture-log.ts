// What became of the pictures that are on the page: where each came from and how long that took, kept from
// the moment in which it had loaded.
import { type CacheStatus, cacheStatusOf } from '../cache/cache-status.js';
import type { Picture } from '../cache/picture.js';
import type { Pictures } from '../cache/pictures.js';

export interface PictureRow {
  readonly s3Url: string;
  /** `waiting`: for the module, S3 or the local copy. */
  readonly state: CacheStatus | 'waiting' | 'failed';
  /** Whether its src is the local copy. */
  readonly isLocal: boolean;
  /** Undefined until it has loaded. */
  readonly durationMs?: number;
  readonly transferredBytes?: number | undefined;
}

export class PictureLog {
  readonly #pictures: Pictures;
  readonly #loaded = new WeakMap<Picture, PictureRow>();

  constructor(pictures: Pictures) {
    this.#pictures = pictures;
  }

  /** All that are on the page, the newest first. */
  rows(): PictureRow[] {
    return [...this.#pictures.members].map((picture) => this.#row(picture)).reverse();
  }

  #row(picture: Picture): PictureRow {
    const { s3Url, isLocal, isLoaded, hasFailed, element } = picture;
    if (!isLoaded || element === null) {
      this.#loaded.delete(picture);
      return { s3Url, isLocal, state: hasFailed ? 'failed' : 'waiting' };
    }
    let row = this.#loaded.get(picture);
    if (row === undefined) {
      const [state, { durationMs, transferredBytes }] = cacheStatusOf(picture, element);
      row = { s3Url, isLocal, state, durationMs, transferredBytes };
      this.#loaded.set(picture, row);
    }
    return row;
  }
}
