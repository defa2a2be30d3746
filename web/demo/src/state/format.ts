// Numbers and names as people read them.
import type { Actor } from './backend.ts';

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let amount = value;
  for (; amount >= 999.5 && unit < units.length - 1; unit++) amount /= 1000;
  return `${amount.toFixed(unit === 0 || amount >= 99.5 ? 0 : 1)} ${units[unit]}`;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 99.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** "0001" is called "Actor 0001"; a folder with a name keeps it. */
export const actorTitle = (actor: Pick<Actor, 'name'>): string =>
  /^\d+$/.test(actor.name) ? `Actor ${actor.name}` : actor.name;

/** "European · 42 · male", when the pictures' names say so (0001_european_42_male_0.jpg). */
export function actorTraits(actor: Actor): string | undefined {
  const match = /^[^_]+_([a-z]+)_(\d{1,3})_(male|female)_/i.exec(actor.pictures[0]?.name ?? '');
  if (match === null) return undefined;
  const origin = match[1] as string;
  return `${origin[0]?.toUpperCase()}${origin.slice(1)} · ${match[2]} · ${match[3]}`;
}

export const actorBytes = (actor: Actor): number =>
  actor.pictures.reduce((sum, picture) => sum + picture.size_bytes, 0);
