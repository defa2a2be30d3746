import { useState } from 'react';

import type { ActorTotals } from '../api/contract.ts';
import { bytes, count, plural, wholePercent } from '../state/format.ts';
import { Icon } from './icons.tsx';
import { Meter } from './meter.tsx';

interface ActorRowProps {
  actor: ActorTotals;
  onRefresh: () => Promise<void>;
  onClear: () => void;
}

export function ActorRow({ actor, onRefresh, onClear }: ActorRowProps) {
  const [isBusy, setIsBusy] = useState(false);
  const { actor_id, entries, size_bytes, openings_ago, heat } = actor;

  const refresh = async (): Promise<void> => {
    setIsBusy(true);
    await onRefresh();
    setIsBusy(false);
  };
  return (
    <tr role="row">
      <th scope="row" role="rowheader" className="actor-name">
        {actor_id}
      </th>
      <td role="cell" className="number">
        {count(entries)}
      </td>
      <td role="cell" className="number">
        {bytes(size_bytes)}
      </td>
      <td role="cell" className="number">
        {lastOpened(openings_ago)}
      </td>
      <td role="cell" className="number">
        {heat === undefined ? (
          '–'
        ) : (
          <span className="heat">
            {wholePercent(heat)}
            <Meter share={heat} />
          </span>
        )}
      </td>
      <td role="cell" className="row-buttons">
        <button
          type="button"
          className="button button-quiet button-icon"
          aria-label={`Compare actor ${actor_id} with the origin`}
          title="Compare with the origin"
          disabled={isBusy}
          onClick={() => void refresh()}
        >
          <Icon name="reload" />
        </button>
        <button
          type="button"
          className="button button-quiet button-icon button-danger-quiet"
          aria-label={`Clear actor ${actor_id}`}
          title="Clear"
          onClick={onClear}
        >
          <Icon name="trash" />
        </button>
      </td>
    </tr>
  );
}

/** The cache's own clock: a weekend without anybody makes nothing older. */
function lastOpened(openingsAgo: number | undefined): string {
  if (openingsAgo === undefined) return 'never';
  return openingsAgo === 0 ? 'last of all' : `${plural(openingsAgo, 'opening')} ago`;
}
