// URLs and changes of a generated cache (store/generated_entry.cpp says how its pictures are named).
import { createHash, randomInt } from 'node:crypto';

const PICTURES_PER_ACTOR = 25;

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

function urlOf(number: number): string {
  const actor = pad(Math.floor(number / PICTURES_PER_ACTOR), 6);
  const name = `${actor}_european_${16 + (number % 60)}_female_${pad(number % PICTURES_PER_ACTOR, 2)}.jpg`;
  return `https://s3.amazonaws.com/training-europe/actors/${actor}/${name}`;
}

/** `count` pictures among the first `entries`, by chance. */
export const someUrls = (entries: number, count: number): string[] =>
  Array.from({ length: count }, () => urlOf(randomInt(entries)));

/** A "changes" message that adds `count` pictures to `revision`, a revision each. */
export function addition(revision: number, count: number): string {
  const changes = Array.from({ length: count }, (_, i) => {
    const number = revision + i;
    const actor = pad(Math.floor(number / PICTURES_PER_ACTOR), 6);
    const content = createHash('sha256').update(String(number)).digest('hex').slice(0, 16);
    const local_path = `.image-cache/images/${actor}/${actor}_${content}.jpg`;
    return { put: [{ s3_url: urlOf(number), local_path, size_bytes: 300_000 + i }] };
  });
  return JSON.stringify({ type: 'changes', since: revision, revision: revision + count, changes });
}
