// The same gallery with the cache and without, side by side: what the demo is about.
import { duration, plural } from '../state/format.ts';
import { useNow } from '../state/use-now.ts';
import { speedUp, type ActorTimings, type Mode, type Timing } from '../state/timings.ts';
import { Icon } from './icons.tsx';
import { Meter } from './meter.tsx';

/** A visit that is still loading. */
export interface Loading {
  start: number;
  loaded: number;
  total: number;
}

interface TimingPanelProps {
  timings: ActorTimings;
  mode: Mode;
  loading: Loading | undefined;
}

export function TimingPanel({ timings, mode, loading }: TimingPanelProps) {
  const longest = Math.max(timings.with?.ms ?? 0, timings.without?.ms ?? 0);
  const factor = speedUp(timings);
  return (
    <section className="timing" aria-label="Time to the last picture">
      {(['with', 'without'] as const).map((column) => (
        <TimingColumn
          key={column}
          mode={column}
          timing={timings[column]}
          longest={longest}
          current={mode === column}
          loading={mode === column ? loading : undefined}
        />
      ))}
      <p className="timing-verdict" aria-live="polite">
        {factor !== undefined && loading === undefined ? (
          <>
            <Icon name="bolt" />
            <strong>{factor.toFixed(factor < 10 ? 1 : 0)}× faster</strong>{' '}
            <span>to the last picture</span>
          </>
        ) : (
          <span>{loading === undefined ? advice(timings) : 'Measuring…'}</span>
        )}
      </p>
    </section>
  );
}

function advice({ with: cached, without }: ActorTimings): string {
  if (cached !== undefined && cached.fromS3 > 0)
    return 'Some pictures came from S3. Open it again to see the cache.';
  if (cached === undefined) return 'Open this gallery with the cache to compare.';
  if (without === undefined) return 'Switch to “Without” to compare.';
  return 'Both take about as long.';
}

interface ColumnProps {
  mode: Mode;
  timing: Timing | undefined;
  longest: number;
  current: boolean;
  loading: Loading | undefined;
}

const TITLES: Record<Mode, string> = { with: 'With the cache', without: 'Without' };

function TimingColumn({ mode, timing, longest, current, loading }: ColumnProps) {
  return (
    <div className="timing-column" data-current={current}>
      <h2>{TITLES[mode]}</h2>
      {loading !== undefined ? (
        <Running loading={loading} />
      ) : (
        <>
          <p className="timing-value">{timing === undefined ? '–' : duration(timing.ms)}</p>
          <Meter
            label={`Time ${TITLES[mode].toLowerCase()}`}
            value={timing?.ms ?? 0}
            max={Math.max(longest, 1)}
            text={timing === undefined ? 'not measured yet' : duration(timing.ms)}
            tone={mode === 'without' ? 'plain' : 'good'}
          />
          <p className="subtle">
            {timing === undefined ? 'Not opened this way yet' : origin(timing)}
          </p>
        </>
      )}
    </div>
  );
}

function Running({ loading }: { loading: Loading }) {
  const elapsed = Math.max(0, useNow(true) - loading.start);
  const text = `${loading.loaded} of ${plural(loading.total, 'picture')} loaded`;
  return (
    <>
      <p className="timing-value">{(elapsed / 1000).toFixed(1)} s</p>
      <Meter label="Pictures loaded" value={loading.loaded} max={loading.total} text={text} />
      <p className="subtle">{text}</p>
    </>
  );
}

function origin({ fromCache, fromBrowser, fromS3, failed }: Timing): string {
  const parts = [];
  if (fromCache > 0) parts.push(`${plural(fromCache, 'picture')} from the local cache`);
  if (fromBrowser > 0) {
    parts.push(
      fromBrowser === fromCache ? 'kept by the browser' : `${fromBrowser} kept by the browser`,
    );
  }
  if (fromS3 > 0)
    parts.push(parts.length > 0 ? `${fromS3} from S3` : `${plural(fromS3, 'picture')} from S3`);
  if (failed > 0) parts.push(`${failed} not available`);
  return parts.join(', ');
}
