// The server's numbers as they change, by its socket; and the last minutes of them.
import { useEffect, useRef, useState } from 'react';

import type { Numbers, PrefetchSummary } from '../api/contract.ts';
import { followEvents } from '../api/events.ts';
import { sampleOf, withSample, type Sample } from './samples.ts';

const SAMPLE_INTERVAL_MS = 2000;

export interface Live {
  numbers?: Numbers;
  samples: readonly Sample[];
  prefetches: readonly PrefetchSummary[];
}

/** `asked`: the numbers of the last answer to a question, for while the socket is silent. */
export function useLive(asked: Numbers | undefined, isDown: boolean): Live {
  const [numbers, setNumbers] = useState<Numbers>();
  const [prefetches, setPrefetches] = useState<readonly PrefetchSummary[]>([]);
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const newest = useRef<Numbers>(undefined);

  useEffect(() => {
    const take = (next: Numbers): void => {
      newest.current = next;
      setNumbers(next);
    };
    return followEvents({ onStats: take, onPrefetches: setPrefetches });
  }, []);

  useEffect(() => {
    if (asked === undefined) return;
    newest.current = asked;
    setNumbers(asked);
  }, [asked]);

  const isKnown = numbers !== undefined && !isDown;
  useEffect(() => {
    if (!isKnown) return;
    const sample = (): void => {
      const current = newest.current;
      if (current !== undefined)
        setSamples((all) => withSample(all, sampleOf(current, Date.now())));
    };
    sample();
    const timer = setInterval(sample, SAMPLE_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [isKnown]);

  return { ...(numbers !== undefined && { numbers }), samples, prefetches };
}
