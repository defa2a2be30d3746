// Whether a series of measurements stays flat: what a leak is told by, and noise is not.
//
// What is left of the series after the warm-up is cut into thirds. A third is stood for by its median, so that a
// measurement taken while something large was on its way counts no more than any other. A steady leak of L a minute shows
// as L × two thirds of the minutes that were judged; one that comes at once shows whole.

export interface Flatness {
  /** Medians of the first and of the last third, in the unit of the measurements. */
  before: number;
  after: number;
  /** How much more `after` may be. */
  slack: number;
  isFlat: boolean;
}

export interface FlatnessRule {
  /** The share of the measurements, from the first on, that is not looked at. */
  warmUp: number;
  /** The larger of the two is allowed: so much, ... */
  slack: number;
  /** ... or this share of what it was before. */
  slackShare: number;
}

/** A third that holds fewer says nothing. */
const FEWEST_IN_A_THIRD = 3;

/** Throws when there are too few measurements to tell. */
export function judgeFlatness(measurements: readonly number[], rule: FlatnessRule): Flatness {
  const warm = measurements.slice(Math.ceil(measurements.length * rule.warmUp));
  const third = Math.floor(warm.length / 3);
  if (third < FEWEST_IN_A_THIRD) {
    throw new Error(
      `${measurements.length} measurements are too few to tell whether they are flat`,
    );
  }
  const before = median(warm.slice(0, third));
  const after = median(warm.slice(-third));
  const slack = Math.max(rule.slack, before * rule.slackShare);
  return { before, after, slack, isFlat: after - before <= slack };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('no values have no median');
  return (lower + upper) / 2;
}
