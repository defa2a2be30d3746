import { expect, it } from 'vitest';

import {
  MAX_SAMPLES,
  pointsOfHistory,
  pointsOfSamples,
  withSample,
  type Sample,
} from '../src/state/samples.ts';

const sample = (at: number, more: Partial<Sample> = {}): Sample => ({
  at,
  hits: 0,
  misses: 0,
  bytesServed: 0,
  bytesDownloaded: 0,
  storedBytes: 0,
  ...more,
});

it('turns counters into rates between two samples', () => {
  const points = pointsOfSamples([
    sample(0, { hits: 10, misses: 10, bytesServed: 1000 }),
    sample(2000, { hits: 13, misses: 11, bytesServed: 5000, bytesDownloaded: 600, storedBytes: 7 }),
  ]);
  expect(points).toEqual([
    { at: 2000, hitRatio: 0.75, servedPerS: 2000, originPerS: 300, storedBytes: 7 },
  ]);
});

it('knows no hit ratio while nobody asks', () => {
  expect(pointsOfSamples([sample(0), sample(2000)])[0]?.hitRatio).toBeNull();
});

it('keeps a bounded number of samples', () => {
  let samples: readonly Sample[] = [];
  for (let i = 0; i < MAX_SAMPLES + 20; i++) samples = withSample(samples, sample(i));
  expect(samples).toHaveLength(MAX_SAMPLES);
  expect(samples[0]?.at).toBe(20);
});

it('begins anew with a server that was started anew', () => {
  const before = [sample(0, { bytesServed: 500 }), sample(1, { bytesServed: 900 })];
  expect(withSample(before, sample(2, { bytesServed: 10 }))).toEqual([
    sample(2, { bytesServed: 10 }),
  ]);
});

it('turns what a server remembers into rates by its resolution', () => {
  const point = {
    at: 60_000,
    hits: 3,
    misses: 1,
    bytes_served: 6000,
    origin_bytes: 600,
    stored_bytes: 9,
    evictions: 0,
    errors: 0,
  };
  expect(pointsOfHistory({ resolution_s: 60, points: [point] })).toEqual([
    { at: 60_000, hitRatio: 0.75, servedPerS: 100, originPerS: 10, storedBytes: 9 },
  ]);
});
