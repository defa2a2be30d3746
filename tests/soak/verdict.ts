// Whether the server stayed flat, by all samples of a soak.
import { judgeFlatness, type FlatnessRule } from '../support/flatness.ts';
import type { Sample } from './watcher.ts';

const MIB = 2 ** 20;
/** The allocator's pools, SQLite's pages and the manifest's text find their size in the first fifth. */
const WARM_UP = 0.2;

/** In one minute no connection that only stays has been let go yet, so that there are more and more of them. */
const memoryRule = (seconds: number): FlatnessRule => ({
  warmUp: WARM_UP,
  slack: 4 * MIB + (4 * MIB * 60) / seconds,
  slackShare: 0.1,
});
/** Downloads, connections to origins and verifications come and go; the drain tells what is not given back. */
const descriptorRule: FlatnessRule = { warmUp: WARM_UP, slack: 48, slackShare: 0 };
/** Constant. */
const threadRule: FlatnessRule = { warmUp: WARM_UP, slack: 0, slackShare: 0 };

export interface Judged {
  what: string;
  text: string;
  isFlat: boolean;
}

/** With a sanitizer in the program its memory is not judged: freed memory is kept for a while. */
export function judge(
  samples: readonly Sample[],
  seconds: number,
  hasSanitizer: boolean,
): Judged[] {
  const series = (of: (sample: Sample) => number): number[] => samples.map(of);
  const one = (
    what: string,
    values: number[],
    rule: FlatnessRule,
    show: (value: number) => string,
  ): Judged => {
    const { before, after, slack, isFlat } = judgeFlatness(values, rule);
    const text = `${what}: ${show(before)} → ${show(after)} (up to ${show(before + slack)} is flat)`;
    return { what, text, isFlat };
  };
  const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;
  const memory = series(({ anonymousBytes, keptBytes }) => anonymousBytes - keptBytes);
  const descriptors = series((sample) => {
    return sample.descriptors - sample.connections - sample.openImages;
  });
  const threads = series((sample) => sample.threads);
  return [
    ...(hasSanitizer
      ? []
      : [one('memory besides what is kept on purpose', memory, memoryRule(seconds), mib)]),
    one('descriptors besides clients and open pictures', descriptors, descriptorRule, String),
    one('threads', threads, threadRule, String),
  ];
}
