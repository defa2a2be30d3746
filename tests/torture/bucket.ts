// The pictures in S3: some actors of a dozen each, every version with bytes of its own.
import { S3 } from '../support/s3.ts';
import type { Random } from './random.ts';
import { TrackedPicture } from './tracked-picture.ts';

export const ACTORS = 8;
/** Enough that a revalidation lists the actor's folder. */
export const PICTURES_PER_ACTOR = 12;
export const LARGEST_PICTURE_BYTES = 120_000;

const jpegHead = Buffer.from('ffd8ffe000104a46494600', 'hex');

export class Bucket {
  readonly s3: S3;
  readonly pictures: TrackedPicture[] = [];
  readonly #noise: Buffer;

  private constructor(s3: S3, random: Random) {
    this.s3 = s3;
    this.#noise = Buffer.from(
      Array.from({ length: 2 * LARGEST_PICTURE_BYTES }, () => random.below(256)),
    );
  }

  static async start(random: Random): Promise<Bucket> {
    const bucket = new Bucket(await S3.start(), random);
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
    const name = Buffer.from(`${picture.key} version ${picture.versions.length}\n`);
    const from = random.below(LARGEST_PICTURE_BYTES);
    const noise = this.#noise.subarray(from, from + this.#size(random));
    const bytes = Buffer.concat([jpegHead, name, noise]);
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
