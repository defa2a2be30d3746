// Real pictures: encoded by sharp, each different, the same for the same seed.
import sharp from 'sharp';

export type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

export const mimeTypes: Record<Format, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
};

/** Noise compresses badly, so a side of 64 gives some KB and one of 640 gives hundreds. */
export async function picture(seed: number, format: Format = 'jpeg', side = 64): Promise<Buffer> {
  const image = sharp(noise(seed, side * side * 3), {
    raw: { width: side, height: side, channels: 3 },
  });
  return image.toFormat(format).toBuffer();
}

/** A small deterministic generator (xorshift32): the pictures need no better one. */
function noise(seed: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = Math.imul(seed + 1, 2654435761) | 1;
  for (let i = 0; i < length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state & 0xff;
  }
  return bytes;
}
