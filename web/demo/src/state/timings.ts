// How long each actor's gallery took, with the cache and without: the last visit of each kind.
import { useCallback } from 'react';
import { useStored } from './stored.ts';

export type Mode = 'with' | 'without';

export interface Timing {
  /** From the gallery's appearance to its last picture loaded. */
  ms: number;
  fromCache: number;
  /** Of those, the ones that the browser still held, so that nothing was asked of anybody. */
  fromBrowser: number;
  fromS3: number;
  failed: number;
}

export interface ActorTimings {
  with?: Timing;
  without?: Timing;
}
type AllTimings = Record<string, ActorTimings>;

const isTimings = (value: unknown): value is AllTimings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const NONE: AllTimings = {};

export function useTimings(): [AllTimings, (actorId: string, mode: Mode, timing: Timing) => void] {
  const [timings, store] = useStored('timings', isTimings, NONE);
  const record = useCallback(
    (actorId: string, mode: Mode, timing: Timing) =>
      store({ ...timings, [actorId]: { ...timings[actorId], [mode]: timing } }),
    [timings, store],
  );
  return [timings, record];
}

/** "15× faster", when both are known and the one with the cache came from the cache. */
export function speedUp({ with: cached, without }: ActorTimings): number | undefined {
  if (cached === undefined || without === undefined || cached.fromS3 > 0) return undefined;
  const factor = without.ms / Math.max(cached.ms, 1);
  return factor > 1.05 ? factor : undefined;
}
