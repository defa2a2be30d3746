// The pictures in S3: some actors of a dozen each, every version with bytes and, for its smaller ones, a shade
// of its own.
import sharp from 'sharp';

import { S3 } from '../support/s3.ts';
import type { Random } from './random.ts';
import { TrackedPicture } from './tracked-picture.ts';

export const ACTORS = 8;
/** Enough that a revalidation lists the actor's folder. */
export const PICTURES_PER_ACTOR = 12;
export const LARGEST_PICTURE_BYTES = 120_000;

/** In pixels: more than what a smaller one is asked for. */
const SIDE = 96;
/** Far enough from each other for a JPEG; a version and the sixteenth after it have the same. */
const SHADES = 16;

/** The grey, of 255, of all pixels of this version. */
export const shadeOf = (version: number): number => (version % SHADES) * SHADES;

export class Bucket {
  readonly s3: S3;
  readonly pictures: TrackedPicture[] = [];
  readonly #noise: Buffer;
  /** One of each shade. */
  readonly #squares: readonly Buffer[];

  private constructor(s3: S3, random: Random, squares: readonly Buffer[]) {
    this.s3 = s3;
    this.#squares = squares;
    this.#noise = Buffer.from(
      Array.from({ length: 2 * LARGEST_PICTURE_BYTES }, () => random.below(256)),
    );
  }

  static async start(random: Random): Promise<Bucket> {
    const squares = await Promise.all(Array.from({ length: SHADES }, (_, i) => square(shadeOf(i))));
    const bucket = new Bucket(await S3.start(), random, squares);
    for (let actor = 0; actor < ACTORS; actor += 1) {
      for (let i = 0; i < PICTURES_PER_ACTOR; i += 1) {
        const key = `actor-${actor}/${i}.jpg`;
        const picture = new TrackedPicture(`actor-${actor}`, key, bucket.s3.url(key));
        bucket.pictures.push(picture);
        await bucket.putNewVersion(picture, random);
      }
    }
    return bucket;
  }

  get actorIds(): string[] {
    return [...new Set(this.pictures.map(({ actorId }) => actorId))];
  }

  /** Returns when S3 has it. */
  async putNewVersion(picture: TrackedPicture, random: Random): Promise<void> {
    const number = picture.versions.length;
    const square = this.#squares[number % SHADES] ?? Buffer.of();
    const name = Buffer.from(`${picture.key} version ${number}\n`);
    const from = random.below(LARGEST_PICTURE_BYTES);
    const noise = this.#noise.subarray(from, from + this.#size(random));
    // What follows a JPEG's end is nothing to who decodes it.
    const bytes = Buffer.concat([square, name, noise]);
    const version = picture.addVersion(bytes);
    await this.s3.put(picture.key, bytes);
    picture.inBucket = version;
  }

  async delete(picture: TrackedPicture): Promise<void> {
    await this.s3.delete(picture.key);
    picture.inBucket = undefined;
    picture.wasEverDeleted = true;
  }

  /** Many small ones, some that take several reads and writes. */
  #size(random: Random): number {
    return 100 + Math.floor((LARGEST_PICTURE_BYTES - 200) * random.next() ** 3);
  }
}

function square(grey: number): Promise<Buffer> {
  const background = { r: grey, g: grey, b: grey };
  return sharp({ create: { width: SIDE, height: SIDE, channels: 3, background } })
    .jpeg()
    .toBuffer();
}
