// Watches one showing of a gallery: which pictures have loaded, from where, and how long it took
// until the last one.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Timing } from './timings.ts';

export type PictureSource = 'cache' | 's3' | 'failed';

export interface Visit {
  /** performance.now() of the gallery's appearance. */
  start: number;
  sources: ReadonlyMap<string, PictureSource>;
  settle(name: string, source: PictureSource): void;
}

/** Counts from the first render on; give the component a new key for a new visit. */
export function useVisit(count: number, onDone: (timing: Timing) => void): Visit {
  const [start] = useState(() => performance.now());
  const transfers = useTransfers();
  const seen = useRef(new Map<string, PictureSource>());
  const [sources, setSources] = useState<ReadonlyMap<string, PictureSource>>(seen.current);
  const lastLoadAt = useRef(start);
  const done = useRef(false);

  const settle = useCallback((name: string, source: PictureSource) => {
    // A picture that is swapped for its cached copy loads again; its first showing counts.
    if (seen.current.has(name)) return;
    seen.current.set(name, source);
    lastLoadAt.current = performance.now();
    setSources(new Map(seen.current));
  }, []);

  useEffect(() => {
    if (done.current || count === 0 || sources.size < count) return;
    done.current = true;
    const tally = { cache: 0, s3: 0, failed: 0 };
    for (const source of sources.values()) tally[source] += 1;
    onDone({
      ms: Math.round(lastLoadAt.current - start),
      fromCache: tally.cache,
      fromBrowser: Math.max(0, tally.cache - transfers()),
      fromS3: tally.s3,
      failed: tally.failed,
    });
  }, [sources, count, onDone, start, transfers]);

  return { start, sources, settle };
}

export function sourceOf(image: HTMLImageElement): PictureSource {
  return new URL(image.currentSrc || image.src, location.href).pathname.startsWith('/api/cache/')
    ? 'cache'
    : 's3';
}

/** How many pictures have come over the wire from the cache server since the component appeared. */
function useTransfers(): () => number {
  const observer = useRef<PerformanceObserver>(undefined);
  const count = useRef(0);
  const add = useCallback((entries: PerformanceEntryList) => {
    for (const entry of entries as PerformanceResourceTiming[]) {
      if (entry.name.includes('/api/cache/image') && entry.transferSize > 0) count.current += 1;
    }
  }, []);
  useEffect(() => {
    observer.current = new PerformanceObserver((list) => add(list.getEntries()));
    observer.current.observe({ type: 'resource' });
    return () => observer.current?.disconnect();
  }, [add]);
  return useCallback(() => {
    add(observer.current?.takeRecords() ?? []);
    return count.current;
  }, [add]);
}
