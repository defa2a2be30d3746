// A believable bucket out of nothing: portraits of actors that do not exist, as JPEGs of about the
// size that training pictures have. The same seed draws the same pictures.
import sharp from 'sharp';
import { withGrain } from './grain.ts';
import { Random } from './portrait/random.ts';
import { drawFigure, PORTRAIT_SIZE } from './portrait/portrait.ts';
import { drawScene } from './portrait/scene.ts';
import { drawShot, drawTraits } from './portrait/traits.ts';

export interface SetOptions {
  actors: number;
  picturesPerActor: number;
  seed: number;
  /** What a JPEG should weigh; each lands within a few per cent of it. */
  targetBytes: number;
  /** Pixels on a side; smaller ones are for tests. */
  size: number;
}

export const DEFAULT_SET: SetOptions = {
  actors: 12,
  picturesPerActor: 25,
  seed: 7,
  targetBytes: 330_000,
  size: PORTRAIT_SIZE,
};

export interface PictureId {
  actor: number;
  picture: number;
  /** `0001/0001_european_42_male_0.jpg` */
  key: string;
}

export function listSet(set: SetOptions): PictureId[] {
  const ids: PictureId[] = [];
  for (let actor = 0; actor < set.actors; actor++) {
    const traits = drawTraits(set.seed, actor);
    const id = String(actor + 1).padStart(4, '0');
    for (let picture = 0; picture < set.picturesPerActor; picture++) {
      const name = `${id}_${traits.origin}_${traits.age}_${traits.sex}_${picture}.jpg`;
      ids.push({ actor, picture, key: `${id}/${name}` });
    }
  }
  return ids;
}

export async function drawPicture(set: SetOptions, id: PictureId): Promise<Buffer> {
  const traits = drawTraits(set.seed, id.actor);
  const shot = drawShot(set.seed, id.actor, id.picture);
  const random = new Random(`${set.seed}/scene/${id.actor}/${id.picture}`);
  const scene = await sharp(Buffer.from(drawScene(shot, random)))
    .resize(PORTRAIT_SIZE, PORTRAIT_SIZE, { kernel: 'cubic' })
    .blur(6)
    .removeAlpha()
    .toBuffer();
  const figure = Buffer.from(drawFigure(traits, shot, `${set.seed}/${id.actor}`));
  const picture = sharp(scene).composite([{ input: figure }]);
  const scaled =
    set.size === PORTRAIT_SIZE ? picture : sharp(await picture.png().toBuffer()).resize(set.size);
  const pixels = await scaled
    .removeAlpha()
    .linear(
      [1.03, 1, 0.97].map((gain) => shot.exposure * (1 + (gain - 1) * shot.warmth)),
      [0, 0, 0],
    )
    .raw()
    .toBuffer();
  // Real sets are not all of one weight.
  const target = set.targetBytes * random.between(0.9, 1.1);
  return withGrain(pixels, set.size, target, random);
}

/**
 * Draws `ids` two at a time and hands each over; `onPicture` may be slow, drawing waits for it. When it
 * rejects, nothing more is begun, and what has begun is finished first: no picture is left half written.
 */
export async function drawAll(
  set: SetOptions,
  ids: readonly PictureId[],
  onPicture: (id: PictureId, jpeg: Buffer) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    try {
      for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
        await onPicture(id, await drawPicture(set, id));
      }
    } catch (error) {
      next = ids.length;
      throw error;
    }
  };
  // sharp's own threads do the work; two pipelines keep two cores busy and leave the rest alone.
  const threads = sharp.concurrency();
  sharp.concurrency(1);
  try {
    const ends = await Promise.allSettled([worker(), worker()]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  } finally {
    sharp.concurrency(threads);
  }
}
