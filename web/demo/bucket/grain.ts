// Film grain. It hides how smooth a drawing is, and it is what brings a JPEG to a given weight:
// noise does not compress.
import sharp from 'sharp';
import { Random } from './portrait/random.ts';

const CHANNELS = 3;
const QUALITY = 88;
// Normal numbers up to ±4.3 fill eight bits.
const GRAIN_SCALE = 28;
const MAX_STRENGTH = 40;
const FIRST_GUESS = 8.8;
const TOLERANCE = 0.04;

/** `pixels` is RGB, `size`² of them. The JPEG weighs `targetBytes` within 4 % where grain can do it. */
export async function withGrain(
  pixels: Buffer,
  size: number,
  targetBytes: number,
  random: Random,
): Promise<Buffer> {
  const grain = drawGrain(size, random);
  let low = 0;
  let high = MAX_STRENGTH;
  // Bytes grow about evenly with the grain near the answer, so step in proportion first.
  let strength = FIRST_GUESS;
  let best: Buffer | undefined;
  for (let attempt = 0; attempt < 8; attempt++) {
    const jpeg = await encode(pixels, size, grain, strength);
    if (best === undefined || distance(jpeg) < distance(best)) best = jpeg;
    if (distance(jpeg) < TOLERANCE) break;
    if (jpeg.length < targetBytes) low = strength;
    else high = strength;
    const step = strength * (targetBytes / jpeg.length) ** 1.6;
    strength = step > low && step < high ? step : (low + high) / 2;
  }
  return best as Buffer;

  function distance(jpeg: Buffer): number {
    return Math.abs(jpeg.length / targetBytes - 1);
  }
}

// Drawing a million normal numbers takes as long as the rest, so it is done once; each picture
// reads the same grain from another place on.
const masters = new Map<number, Int8Array>();

function drawGrain(size: number, random: Random): Int8Array {
  let master = masters.get(size);
  if (master === undefined) {
    const own = new Random('grain');
    master = Int8Array.from({ length: size * size }, () => own.normal() * GRAIN_SCALE);
    masters.set(size, master);
  }
  const from = random.integer(1, master.length - 1);
  const grain = new Int8Array(master.length);
  grain.set(master.subarray(from));
  grain.set(master.subarray(0, from), master.length - from);
  return grain;
}

function encode(pixels: Buffer, size: number, grain: Int8Array, strength: number): Promise<Buffer> {
  const noisy = Buffer.allocUnsafe(pixels.length);
  const scale = strength / GRAIN_SCALE;
  for (let i = 0, at = 0; i < grain.length; i++) {
    const noise = (grain[i] as number) * scale;
    for (let channel = 0; channel < CHANNELS; channel++, at++) {
      const value = (pixels[at] as number) + noise;
      noisy[at] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
  return sharp(noisy, { raw: { width: size, height: size, channels: CHANNELS } })
    .jpeg({ quality: QUALITY, chromaSubsampling: '4:2:0' })
    .toBuffer();
}
