import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SET, drawAll, drawPicture, listSet, type SetOptions } from '../bucket/pictures.ts';
import { first } from './first.ts';

const SMALL: SetOptions = {
  ...DEFAULT_SET,
  actors: 2,
  picturesPerActor: 3,
  size: 128,
  targetBytes: 6000,
};
const digest = (jpeg: Buffer): string => createHash('sha256').update(jpeg).digest('hex');

describe('listSet', () => {
  it('names 12 actors of 25 pictures by default, each name once', () => {
    const keys = listSet(DEFAULT_SET).map(({ key }) => key);
    expect(keys).toHaveLength(300);
    expect(new Set(keys).size).toBe(300);
    expect(new Set(keys.map((key) => key.split('/')[0])).size).toBe(12);
  });

  it('writes actor, origin, age, sex and number into the name', () => {
    for (const { key } of listSet(DEFAULT_SET)) {
      expect(key).toMatch(/^(\d{4})\/\1_[a-z]+_\d{2}_(male|female)_\d+\.jpg$/);
    }
  });

  it('gives all pictures of an actor the same traits', () => {
    const traits = new Set(listSet(DEFAULT_SET).map(({ key }) => key.replace(/_\d+\.jpg$/, '')));
    expect(traits.size).toBe(12);
  });
});

describe('drawPicture', () => {
  it('draws a 1024 × 1024 JPEG of 270 to 400 kB', async () => {
    const id = first(listSet(DEFAULT_SET));
    const jpeg = await drawPicture(DEFAULT_SET, id);
    const { format, width, height } = await sharp(jpeg).metadata();
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 1024, height: 1024 });
    expect(jpeg.length).toBeGreaterThan(270_000);
    expect(jpeg.length).toBeLessThan(400_000);
  });

  it('draws the same bytes for the same seed and others for another', async () => {
    const id = first(listSet(SMALL));
    const once = digest(await drawPicture(SMALL, id));
    expect(digest(await drawPicture(SMALL, id))).toBe(once);
    expect(digest(await drawPicture({ ...SMALL, seed: SMALL.seed + 1 }, id))).not.toBe(once);
  });

  it('brings each picture near the weight that was asked for', async () => {
    for (const id of listSet(SMALL)) {
      const { length } = await drawPicture(SMALL, id);
      // 10 % of spread and 4 % of tolerance.
      expect(Math.abs(length / SMALL.targetBytes - 1)).toBeLessThan(0.16);
    }
  });
});

describe('drawAll', () => {
  it('hands over every picture once, no two of them equal', async () => {
    const ids = listSet(SMALL);
    const drawn = new Map<string, string>();
    await drawAll(SMALL, ids, async (id, jpeg) => void drawn.set(id.key, digest(jpeg)));
    expect([...drawn.keys()].sort()).toEqual(ids.map(({ key }) => key).sort());
    expect(new Set(drawn.values()).size).toBe(ids.length);
  });

  it('stops at the first failure of its caller', async () => {
    let begun = 0;
    const full = async (): Promise<void> => {
      begun += 1;
      throw new Error('disk full');
    };
    await expect(drawAll(SMALL, listSet(SMALL), full)).rejects.toThrow('disk full');
    expect(begun).toBeLessThanOrEqual(2);
  });
});
