// JPEGs of 1024 × 1024 and about 330 KB: a gradient under film grain, each of its own seed.
import { createHash } from 'node:crypto';

import sharp from 'sharp';

const SIDE = 1024;
const GRAIN = 27; // the amplitude that makes about 330 KB at quality 82

export interface GrainyPicture {
  name: string;
  bytes: Buffer;
}

export async function* grainyPictures(count: number): AsyncGenerator<GrainyPicture> {
  for (let index = 0; index < count; index += 1) {
    yield { name: `picture_${String(index).padStart(2, '0')}.jpg`, bytes: await picture(index) };
  }
}

async function picture(seed: number): Promise<Buffer> {
  const raw = Buffer.alloc(SIDE * SIDE * 3);
  const grain = noise(seed, SIDE * SIDE);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const at = y * SIDE + x;
      const light = 90 + (80 * (x + y)) / (2 * SIDE) + ((grain[at]! - 128) * GRAIN) / 128;
      raw[at * 3] = light + 30 * Math.sin(seed + x / 190);
      raw[at * 3 + 1] = light;
      raw[at * 3 + 2] = light + 30 * Math.cos(seed + y / 160);
    }
  }
  return sharp(raw, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .jpeg({ quality: 82 })
    .toBuffer();
}

/** `length` bytes that look random and are the same for the same seed. */
function noise(seed: number, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(`grain ${seed}`).digest();
}

/** The same picture with `number` in a comment, so that its bytes are like nobody else's. */
export function numberedCopy(jpeg: Buffer, number: number): Buffer {
  const text = Buffer.from(String(number).padStart(8, '0'));
  const comment = Buffer.from([0xff, 0xfe, 0, text.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), comment, text, jpeg.subarray(2)]);
}

/** One picture of about 330 KB, and it again at about 8 KB. */
export async function largeAndSmall(): Promise<{ large: Buffer; small: Buffer }> {
  const large = await picture(0);
  return { large, small: await sharp(large).resize(264).jpeg({ quality: 84 }).toBuffer() };
}
