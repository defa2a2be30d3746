// Numbers as people read them.
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

export function bytes(value: number): string {
  let unit = 0;
  let amount = value;
  for (; amount >= 999.5 && unit < UNITS.length - 1; unit++) amount /= 1000;
  return `${amount.toFixed(unit === 0 || amount >= 99.5 ? 0 : 1)} ${UNITS[unit]}`;
}

export const count = (value: number): string => value.toLocaleString('en');

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

export const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

/** Where digits stand below each other, and a tenth says nothing. */
export const wholePercent = (share: number): string => `${Math.round(100 * share)} %`;

const STEPS: readonly [seconds: number, name: string][] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
];

/** "3 hours", "42 seconds"; below ten seconds with a decimal. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  for (const [length, name] of STEPS) {
    if (seconds >= 2 * length) return plural(Math.floor(seconds / length), name);
  }
  if (seconds < 1) return `${Math.round(ms)} ms`;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : plural(Math.round(seconds), 'second');
}

/** "just now", "5 minutes ago". */
export function ago(at: number, now: number): string {
  return now - at < 10_000 ? 'just now' : `${duration(now - at)} ago`;
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const shortClock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** As precise as points that are `resolutionS` apart need it. */
export function moment(atMs: number, resolutionS: number): string {
  if (resolutionS >= 86_400) return day.format(atMs);
  return (resolutionS >= 60 ? dayAndClock : clock).format(atMs);
}

/** The same for an axis, where what all have in common is left out. */
export function tick(atMs: number, resolutionS: number): string {
  if (resolutionS >= 86_400) return day.format(atMs);
  if (resolutionS < 60) return clock.format(atMs);
  const isMidnight = new Date(atMs).getHours() === 0 && new Date(atMs).getMinutes() === 0;
  return (isMidnight ? day : shortClock).format(atMs);
}

/** The last piece of a URL's path, for a place where all of it has no room. */
export function lastSegment(url: string): string {
  const path = url.replace(/[?#].*$/, '');
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name) || url;
  } catch {
    return name;
  }
}
