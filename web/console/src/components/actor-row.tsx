import { useState } from 'react';

import type { ActorTotals } from '../api/contract.ts';
import { ago, bytes, count, percent } from '../state/format.ts';
import { Icon } from './icons.tsx';

interface ActorRowProps {
  actor: ActorTotals;
  now: number;
  onRefresh: () => Promise<void>;
  onClear: () => void;
}

export function ActorRow({ actor, now, onRefresh, onClear }: ActorRowProps) {
  const [isBusy, setIsBusy] = useState(false);
  const { actor_id, entries, size_bytes, newest_at, heat } = actor;

  const refresh = async (): Promise<void> => {
    setIsBusy(true);
    await onRefresh();
    setIsBusy(false);
  };
  return (
    <tr>
      <th scope="row">{actor_id}</th>
      <td className="number">{count(entries)}</td>
      <td className="number">{bytes(size_bytes)}</td>
      <td className="number">{newest_at === undefined ? '–' : ago(newest_at, now)}</td>
      <td className="number">
        {heat === undefined ? (
          '–'
        ) : (
          <span className="heat">
            {heat === 0 ? 'never opened' : percent(heat)}
            <span className="meter" aria-hidden="true">
              <span style={{ transform: `scaleX(${heat})` }} />
            </span>
          </span>
        )}
      </td>
      <td className="row-buttons">
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
