// What is being brought to the disk in the background, and the means to hold it.
import type { PrefetchProgress } from 'image-cache';
import { bytes, plural } from '../state/format.ts';
import type { BackgroundPrefetch } from '../state/use-background-prefetch.ts';
import { Icon } from './icons.tsx';
import { Meter } from './meter.tsx';

export function PrefetchPanel({ prefetch }: { prefetch: BackgroundPrefetch }) {
  const { progress, running } = prefetch;
  const { completed, total, imagesFailed, paused } = progress;
  const words = status(prefetch);
  return (
    <section className="panel" aria-labelledby="prefetch-title">
      <h2 id="prefetch-title">Background prefetch</h2>
      <Meter
        label="Actors prefetched"
        value={completed}
        max={total}
        text={words}
        tone={!running && completed === total ? 'good' : 'accent'}
      />
      <p className="panel-status" role="status">
        {words}
      </p>
      <dl className="facts">
        <Fact name="Actors" value={`${completed} of ${total}`} />
        <Fact name="Pictures" value={pictures(progress)} />
        <Fact name="Brought to disk" value={bytes(progress.bytes)} />
        <Fact name="Failed" value={plural(imagesFailed, 'picture')} />
      </dl>
      <div className="panel-actions">
        {running ? (
          <>
            <button
              type="button"
              className="button"
              onClick={paused ? prefetch.resume : prefetch.pause}
            >
              <Icon name={paused ? 'play' : 'pause'} /> {paused ? 'Resume' : 'Pause'}
            </button>
            <button type="button" className="button" onClick={prefetch.cancel}>
              <Icon name="close" /> Cancel
            </button>
          </>
        ) : (
          <button type="button" className="button" onClick={prefetch.start}>
            <Icon name="reload" /> Prefetch all
          </button>
        )}
      </div>
    </section>
  );
}

// The queue is given only what is not cached yet.
function pictures({ total, imagesCompleted, imagesTotal }: PrefetchProgress): string {
  if (imagesTotal > 0) return `${imagesCompleted} of ${imagesTotal}`;
  return total > 0 ? 'none missing' : '–';
}

function status({ progress, running }: BackgroundPrefetch): string {
  if (running && progress.paused) return 'Paused';
  if (running && progress.current !== null) return `Fetching actor ${progress.current}`;
  if (running) return 'Getting ready…';
  if (progress.total === 0) return 'Nothing is waiting';
  if (progress.cancelled > 0) return 'Cancelled';
  if (progress.completed === 0 && progress.failed > 0) return 'Nothing could be fetched';
  return progress.failed > 0 ? 'Done, with some failures' : 'Everything is on the disk';
}

export function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
