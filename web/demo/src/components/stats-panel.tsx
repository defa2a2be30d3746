// What the cache holds and what it has saved so far.
import { type CacheStats, imageCache } from 'image-cache';
import { bytes, duration, percent, plural } from '../state/format.ts';
import type { StatsState } from '../state/use-stats.ts';
import type { Question } from './confirm-dialog.tsx';
import { Icon } from './icons.tsx';
import { Meter } from './meter.tsx';
import { Fact } from './prefetch-panel.tsx';

interface StatsPanelProps {
  stats: StatsState;
  ask: (question: Question) => void;
  announce: (text: string) => void;
}

export function StatsPanel({ stats, ask, announce }: StatsPanelProps) {
  const { data, down } = stats;
  const askClearAll = (): void =>
    ask({
      title: 'Clear the whole cache?',
      text: `${plural(data?.total_entries ?? 0, 'local copy', 'local copies')} are removed. The pictures in the bucket stay.`,
      action: 'Clear everything',
      run: async () => {
        await imageCache.clearAll();
        announce('The cache is empty.');
        stats.refresh();
      },
    });

  return (
    <section className="panel" aria-labelledby="stats-title">
      <h2 id="stats-title">Cache</h2>
      {down ? (
        <p className="subtle">The cache server does not answer.</p>
      ) : (
        <>
          <Meter
            label="Space used"
            value={data?.total_size_bytes ?? 0}
            max={data?.max_size_bytes ?? 1}
            text={data === undefined ? 'not known yet' : space(data)}
          />
          <p className="panel-status">{data === undefined ? '–' : space(data)}</p>
          <dl className="facts">
            {FACTS.map(([name, read]) => (
              <Fact key={name} name={name} value={data === undefined ? '–' : read(data)} />
            ))}
          </dl>
        </>
      )}
      <div className="panel-actions">
        <button
          type="button"
          className="button"
          disabled={data === undefined || data.total_entries === 0}
          onClick={askClearAll}
        >
          <Icon name="trash" /> Clear everything
        </button>
      </div>
    </section>
  );
}

const space = (data: CacheStats): string =>
  `${bytes(data.total_size_bytes)} of ${bytes(data.max_size_bytes)}`;

const count = (value: number): string => value.toLocaleString('en');

const FACTS: readonly [name: string, read: (data: CacheStats) => string][] = [
  ['Pictures', (data) => count(data.total_entries)],
  ['Hits', (data) => count(data.hits)],
  ['Misses', (data) => count(data.misses)],
  ['Hit ratio', (data) => (data.hits + data.misses === 0 ? '–' : percent(data.hit_ratio))],
  ['Not sent by S3', (data) => bytes(data.bytes_saved)],
  // Not known before the server has fetched something since its start.
  ['Waiting saved', (data) => (data.downloads === 0 ? '–' : duration(data.time_saved_ms))],
  ['S3 answers in', (data) => (data.downloads === 0 ? '–' : duration(data.average_origin_ms))],
  ['Evicted', (data) => count(data.evictions)],
];
