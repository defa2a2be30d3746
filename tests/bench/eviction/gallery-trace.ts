// A made-up history of people who look at actors: what `serve --trace` would have written.
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

export const ACTORS = 2_000;

export interface TraceFacts {
  pictureBytes: number;
  openings: number;
}

interface Actor {
  id: string;
  /** Bytes of each picture. */
  pictures: number[];
}

/** Numbers in [0, 1) that are the same for the same seed (Mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Writes the trace of `openings` openings. Whom a person opens: in half of the cases somebody of the last
 * few dozen, the later the likelier; else by popularity, which is skewed (a rank's share falls with its
 * power 0.8) and drifts: after every opening two neighbours in the ranking may change places, and now and
 * then somebody new comes in at the top. An opening asks for all pictures, 10 ms apart; the next follows
 * after seconds.
 */
export async function writeGalleryTrace(
  path: string,
  seed: number,
  openings: number,
): Promise<TraceFacts> {
  const random = randomNumbers(seed);
  const actors = makeActors(random);
  const ranking = actors.map((_, i) => i);
  const shares = cumulativeShares(ACTORS, 0.8);
  const recent: number[] = [];
  const file = createWriteStream(path);
  file.write('time,id,size,actor,prefetch\n');
  let timeMs = 1_700_000_000_000;
  for (let opening = 0; opening < openings; ++opening) {
    const isReturn = recent.length > 0 && random() < 0.5;
    const back = Math.floor(Math.min(recent.length - 1, -Math.log(1 - random()) * 12));
    const chosen = isReturn ? recent[back]! : ranking[rankAt(shares, random())]!;
    noteRecent(recent, chosen);
    drift(ranking, random);
    timeMs += 3_000 + Math.floor(random() * 20_000);
    const { id, pictures } = actors[chosen]!;
    const rows = pictures.map(
      (size, i) => `${timeMs + 10 * i},${chosen * 1_000 + i},${size},${id},0\n`,
    );
    timeMs += 10 * pictures.length;
    if (!file.write(rows.join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  const pictureBytes = actors.flatMap(({ pictures }) => pictures).reduce((a, b) => a + b, 0);
  return { pictureBytes, openings };
}

function makeActors(random: () => number): Actor[] {
  return Array.from({ length: ACTORS }, (_, i) => {
    const count = 10 + Math.floor(random() * 31);
    const pictures = Array.from({ length: count }, () => Math.floor(150_000 + random() * 350_000));
    return { id: `actor-${String(i).padStart(4, '0')}`, pictures };
  });
}

function cumulativeShares(count: number, power: number): number[] {
  const weights = Array.from({ length: count }, (_, rank) => (rank + 1) ** -power);
  const total = weights.reduce((a, b) => a + b, 0);
  let sum = 0;
  return weights.map((weight) => (sum += weight / total));
}

function rankAt(shares: readonly number[], value: number): number {
  let low = 0;
  let high = shares.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shares[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function noteRecent(recent: number[], actor: number): void {
  const known = recent.indexOf(actor);
  if (known >= 0) recent.splice(known, 1);
  recent.unshift(actor);
  if (recent.length > 60) recent.pop();
}

function drift(ranking: number[], random: () => number): void {
  const rank = Math.floor(random() * (ranking.length - 1));
  [ranking[rank], ranking[rank + 1]] = [ranking[rank + 1]!, ranking[rank]!];
  if (random() >= 0.02) return;
  const [risen] = ranking.splice(Math.floor(random() * ranking.length), 1);
  ranking.splice(Math.floor(random() * 20), 0, risen!);
}
