// The browser's timings of the pictures on this page, read when one has loaded.

/** The browser keeps 250 of them for a page and drops what comes later; a large gallery has more. */
const MAX_KEPT = 4000;

const kept = new Map<string, PerformanceEntry>();
let observer: PerformanceObserver | undefined;

/** The newest timing of that address which began at `sinceMs` or later. */
export function timingOf(address: string, sinceMs: number): PerformanceResourceTiming | undefined {
  if (typeof PerformanceObserver === 'undefined') return undefined;
  if (observer === undefined) {
    observer = new PerformanceObserver((list) => {
      keep(list.getEntries());
    });
    observer.observe({ type: 'resource' });
    // What has been before: `buffered` would bring it only later.
    keep(performance.getEntriesByType('resource'));
  }
  keep(observer.takeRecords());
  const entry = kept.get(address);
  return entry !== undefined && entry.startTime >= sinceMs
    ? (entry as PerformanceResourceTiming)
    : undefined;
}

function keep(entries: PerformanceEntryList): void {
  for (const entry of entries) {
    if ((entry as PerformanceResourceTiming).initiatorType !== 'img') continue;
    kept.delete(entry.name); // the newest last
    kept.set(entry.name, entry);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  }
}
