// The last minutes as this page has seen them: counters read every few seconds, turned into rates.
import type { History, Numbers } from '../api/contract.ts';

/** At one sample every two seconds, five minutes. */
export const MAX_SAMPLES = 150;

export interface Sample {
  at: number;
  hits: number;
  misses: number;
  bytesServed: number;
  bytesDownloaded: number;
  storedBytes: number;
}

/** What a chart draws; nothing (null) where nobody asked or nobody knows. */
export interface Point {
  at: number;
  hitRatio: number | null;
  servedPerS: number | null;
  originPerS: number | null;
  storedBytes: number | null;
}

export function sampleOf(numbers: Numbers, at: number): Sample {
  return {
    at,
    hits: numbers.hits,
    misses: numbers.misses,
    bytesServed: numbers.bytes_served,
    bytesDownloaded: numbers.bytes_downloaded,
    storedBytes: numbers.total_size_bytes,
  };
}

/** The newest MAX_SAMPLES. Counters that went back are those of a server that was started anew. */
export function withSample(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const last = samples.at(-1);
  const isAnother = last !== undefined && next.bytesServed < last.bytesServed;
  return [...(isAnother ? [] : samples), next].slice(-MAX_SAMPLES);
}

export function pointsOfSamples(samples: readonly Sample[]): Point[] {
  return samples.slice(1).map((sample, index) => {
    const before = samples[index] as Sample;
    const seconds = Math.max((sample.at - before.at) / 1000, 0.001);
    return {
      at: sample.at,
      hitRatio: ratio(sample.hits - before.hits, sample.misses - before.misses),
      servedPerS: (sample.bytesServed - before.bytesServed) / seconds,
      originPerS: (sample.bytesDownloaded - before.bytesDownloaded) / seconds,
      storedBytes: sample.storedBytes,
    };
  });
}

export function pointsOfHistory({ points, resolution_s }: History): Point[] {
  return points.map((point) => ({
    at: point.at,
    hitRatio: ratio(point.hits, point.misses),
    servedPerS: point.bytes_served / resolution_s,
    originPerS: point.origin_bytes / resolution_s,
    storedBytes: point.stored_bytes,
  }));
}

function ratio(hits: number, misses: number): number | null {
  return hits + misses === 0 ? null : hits / (hits + misses);
}
