// What the cache holds and what it has saved so far.
import { imageCache } from 'image-cache';
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
      {data === undefined ? (
        <p className="subtle">
          {down ? 'The cache server does not answer.' : 'Asking the cache server…'}
        </p>
      ) : (
        <>
          <Meter
            label="Space used"
            value={data.total_size_bytes}
            max={data.max_size_bytes}
            text={`${bytes(data.total_size_bytes)} of ${bytes(data.max_size_bytes)}`}
          />
          <p className="panel-status">
            {bytes(data.total_size_bytes)}{' '}
            <span className="subtle">of {bytes(data.max_size_bytes)}</span>
          </p>
          <dl className="facts">
            <Fact name="Pictures" value={data.total_entries.toLocaleString('en')} />
            <Fact name="Hits" value={data.hits.toLocaleString('en')} />
            <Fact name="Misses" value={data.misses.toLocaleString('en')} />
            <Fact
              name="Hit ratio"
              value={data.hits + data.misses === 0 ? '–' : percent(data.hit_ratio)}
            />
            <Fact name="Not sent by S3" value={bytes(data.bytes_saved)} />
            <Fact name="Waiting saved" value={duration(data.time_saved_ms)} />
            <Fact
              name="S3 answers in"
              value={data.downloads === 0 ? '–' : duration(data.average_origin_ms)}
            />
            <Fact name="Evicted" value={data.evictions.toLocaleString('en')} />
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
