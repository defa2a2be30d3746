// The prefetches that run, each with how far it is.
import type { PrefetchSummary } from '../api/contract.ts';
import { plural } from '../state/format.ts';
import { Meter } from './meter.tsx';

const MAX_SHOWN = 4;

export function PrefetchList({ prefetches }: { prefetches: readonly PrefetchSummary[] }) {
  const running = prefetches.filter(({ done }) => !done);
  if (running.length === 0) return null;
  return (
    <ul className="prefetches" aria-label="Prefetches that run">
      {running.slice(0, MAX_SHOWN).map((prefetch) => {
        const { id, actor_id, requested, failed } = prefetch;
        const done = prefetch.cached + prefetch.already_cached + failed;
        return (
          <li key={id}>
            Actor {actor_id}: {done} of {plural(requested, 'picture')}
            {failed > 0 && `, ${failed} failed`}
            <Meter share={requested === 0 ? 1 : done / requested} />
          </li>
        );
      })}
      {running.length > MAX_SHOWN && <li>and {running.length - MAX_SHOWN} more</li>}
    </ul>
  );
}
