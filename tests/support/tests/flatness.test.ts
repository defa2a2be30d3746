// The judgement itself: one that finds no leak would let every server pass.
import { describe, expect, it } from 'vitest';

import { judgeFlatness, median } from '../flatness.ts';
import { Random } from '../../torture/random.ts';

const MIB = 2 ** 20;
const rule = { warmUp: 0.2, slack: 4 * MIB, slackShare: 0.1 };

/** Half an hour of a server of 30 MiB, measured every five seconds, give or take 3 MiB. */
function measured(more: (minute: number) => number): number[] {
  const random = new Random(1);
  return Array.from({ length: 360 }, (_, i) => {
    const noise = (random.next() - 0.5) * 6 * MIB;
    return 30 * MIB + noise + more(i / 12);
  });
}

describe('what counts as flat', () => {
  it.each<[string, (minute: number) => number]>([
    ['noise', () => 0],
    ['growth while it warms up', (minute) => Math.min(minute, 5) * 10 * MIB],
    ['a peak now and then', (minute) => (minute % 5 < 0.5 ? 200 * MIB : 0)],
    ['shrinking', (minute) => -minute * 0.5 * MIB],
    ['waves', (minute) => Math.sin(minute) * 8 * MIB],
  ])('%s', (_, more) => {
    expect(judgeFlatness(measured(more), rule)).toMatchObject({ isFlat: true });
  });
});

describe('what does not', () => {
  it.each<[string, (minute: number) => number]>([
    ['a leak of 512 KiB a minute', (minute) => minute * 0.5 * MIB],
    ['the same beside peaks', (minute) => minute * 0.5 * MIB + (minute % 5 < 0.5 ? 200 * MIB : 0)],
    ['a leak that begins late', (minute) => Math.max(0, minute - 20) * 2 * MIB],
    ['8 MiB that stay', (minute) => (minute < 18 ? 0 : 8 * MIB)],
  ])('%s', (_, more) => {
    expect(judgeFlatness(measured(more), rule)).toMatchObject({ isFlat: false });
  });

  it('says what it was before and after', () => {
    const series = Array.from({ length: 100 }, (_, i) => (i < 60 ? 10 : 20));
    expect(judgeFlatness(series, { warmUp: 0, slack: 5, slackShare: 0.1 })).toEqual({
      before: 10,
      after: 20,
      slack: 5,
      isFlat: false,
    });
  });
});

it('needs something to judge', () => {
  expect(() => judgeFlatness([1, 2, 3, 4, 5], rule)).toThrow(/too few/);
  expect(() => median([])).toThrow();
});

it('a median is the middle, or between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
