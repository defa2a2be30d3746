// Pictures larger than what the kernel takes for a connection, so that a reader can be slow or leave in the middle.
import type { Bucket } from '../torture/bucket.ts';
import type { Random } from '../torture/random.ts';
import { TrackedPicture } from '../torture/tracked-picture.ts';

const COUNT = 8;
const SMALLEST_BYTES = 1_000_000;
const VARIATION_BYTES = 1_000_000;

const jpegHead = Buffer.from('ffd8ffe000104a46494600', 'hex');

/** Puts them into the bucket. They are actors of their own, so that one alone can be evicted. */
export async function addLargePictures(bucket: Bucket, random: Random): Promise<TrackedPicture[]> {
  const pictures: TrackedPicture[] = [];
  for (let i = 0; i < COUNT; i += 1) {
    const key = `large-${i}/0.jpg`;
    const picture = new TrackedPicture(`large-${i}`, key, bucket.s3.url(key));
    const bytes = Buffer.alloc(SMALLEST_BYTES + random.below(VARIATION_BYTES));
    jpegHead.copy(bytes);
    for (let at = jpegHead.length; at + 4 <= bytes.length; at += 4) {
      bytes.writeUInt32LE(random.below(2 ** 32), at);
    }
    const version = picture.addVersion(bytes);
    await bucket.s3.put(key, bytes);
    picture.inBucket = version;
    pictures.push(picture);
  }
  return pictures;
}
