// Which version of a picture an answer to `&w=` shows: the bytes of one as it is, or one made smaller.
import sharp from 'sharp';

import { shadeOf } from './bucket.ts';
import { Violation, type TrackedPicture } from './tracked-picture.ts';

/** In pixels, of the server's default widths. */
export const WIDTH = 64;

export async function versionShown(picture: TrackedPicture, body: Buffer): Promise<number> {
  const asItIs = picture.versions.findIndex(({ bytes }) => bytes.equals(body));
  if (asItIs >= 0) return asItIs;
  const image = sharp(body, { failOn: 'warning' });
  const { width } = await image.metadata();
  const { channels } = await image.stats();
  const grey = channels[0]?.mean ?? NaN;
  const version = picture.versions.findLastIndex(
    (_, number) => Math.abs(grey - shadeOf(number)) < shadeOf(1) / 2,
  );
  if (width !== WIDTH || version < 0) {
    throw new Violation(
      `${picture.key}: a smaller picture of ${width} pixels and a grey of ${grey} was served, which S3 never had`,
    );
  }
  return version;
}
