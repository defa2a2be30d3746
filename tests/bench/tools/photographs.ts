// Photographs of 1024 × 1024, cut out of Debian's mate-backgrounds, which are far larger.
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import sharp from 'sharp';

const FOLDER = '/usr/share/backgrounds/mate/nature';
export const SIDE = 1024;
const QUALITY = 85;

export interface Photograph {
  name: string;
  bytes: Buffer;
}

/** `count` at most: the first piece of each file, then the second. Pieces begin every `strideSide` pixels: below
 *  SIDE there are more of them, which overlap, and no two are the same. */
export async function photographs(count: number, strideSide = SIDE): Promise<Photograph[]> {
  const files = await photographFiles();
  const tiles = (await Promise.all(files.map((file) => tilesOf(file, strideSide)))).flat();
  tiles.sort((a, b) => a.number - b.number);
  return Promise.all(
    tiles.slice(0, count).map(async ({ file, left, top, number }) => ({
      name: `${basename(file)}-${number}.jpg`,
      bytes: await sharp(file)
        .extract({ left, top, width: SIDE, height: SIDE })
        .jpeg({ quality: QUALITY })
        .toBuffer(),
    })),
  );
}

/** As they were installed. */
export async function photographFiles(): Promise<string[]> {
  const names = await readdir(FOLDER).catch(() => []);
  const jpegs = names.filter((name) => name.endsWith('.jpg')).sort();
  if (jpegs.length === 0) throw new Error('install mate-backgrounds: scripts/bootstrap bench');
  return jpegs.map((name) => join(FOLDER, name));
}

interface Tile {
  file: string;
  left: number;
  top: number;
  number: number;
}

async function tilesOf(file: string, strideSide: number): Promise<Tile[]> {
  const { width = 0, height = 0 } = await sharp(file).metadata();
  const tiles: Tile[] = [];
  for (let top = 0; top + SIDE <= height; top += strideSide) {
    for (let left = 0; left + SIDE <= width; left += strideSide) {
      tiles.push({ file, left, top, number: tiles.length });
    }
  }
  return tiles;
}
