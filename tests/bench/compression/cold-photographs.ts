// Photographs of Debian's mate-backgrounds: as they come, and as a camera might have left them at 1024 × 1024.
import { readFile } from 'node:fs/promises';

import sharp from 'sharp';

import { photographFiles, SIDE } from '../tools/photographs.ts';

export const QUALITY = 90;

export interface ColdPhotograph {
  bytes: Buffer;
  megapixels: number;
}

export async function originals(): Promise<ColdPhotograph[]> {
  return Promise.all(
    (await photographFiles()).map(async (file) => {
      const { width = 0, height = 0 } = await sharp(file).metadata();
      return { bytes: await readFile(file), megapixels: (width * height) / 1e6 };
    }),
  );
}

/** Of each picture its tiles of that size, and all of it scaled to it. */
export async function squares(): Promise<ColdPhotograph[]> {
  const cut = (await photographFiles()).map(async (file) => {
    const { width = 0, height = 0 } = await sharp(file).metadata();
    const pictures = [sharp(file).resize(SIDE, SIDE, { fit: 'cover' })];
    for (let top = 0; top + SIDE <= height; top += SIDE) {
      for (let left = 0; left + SIDE <= width; left += SIDE) {
        pictures.push(sharp(file).extract({ left, top, width: SIDE, height: SIDE }));
      }
    }
    return Promise.all(pictures.map((picture) => picture.jpeg({ quality: QUALITY }).toBuffer()));
  });
  const all = (await Promise.all(cut)).flat();
  return all.map((bytes) => ({ bytes, megapixels: (SIDE * SIDE) / 1e6 }));
}
