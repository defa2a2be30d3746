// The actors with what they take: sorted, searched, refreshed, cleared; and a place to prefetch more.
import { useState } from 'react';

import { wordsOf } from '../api/client.ts';
import type { ActorTotals } from '../api/contract.ts';
import type { Shared } from '../app.tsx';
import { clearActor, clearAll, prefetch, revalidate, type Picture } from '../state/changes.ts';
import { plural } from '../state/format.ts';
import { sortedActors, type Order } from '../state/sort.ts';
import { ActorRow } from './actor-row.tsx';
import { ActorsTable } from './actors-table.tsx';
import { Icon } from './icons.tsx';
import { PrefetchDialog } from './prefetch-dialog.tsx';

const PAGE_ROWS = 25;

interface ActorsPanelProps extends Shared {
  actors: ActorTotals[] | undefined;
  isDown: boolean;
}

export function ActorsPanel({ actors, isDown, ask, announce, refresh }: ActorsPanelProps) {
  const [sought, setSought] = useState('');
  const [order, setOrder] = useState<Order>({ column: 'size_bytes', isDescending: true });
  const [maxRows, setMaxRows] = useState(PAGE_ROWS);
  const [isPrefetching, setIsPrefetching] = useState(false);
  const found = actors === undefined ? [] : sortedActors(actors, sought, order);

  const tell = async (doing: Promise<string>): Promise<void> => {
    try {
      announce({ text: await doing });
    } catch (error) {
      announce({ text: wordsOf(error) });
    }
    refresh();
  };
  const fetchAgain = (actorId: string, pictures: Picture[]): void =>
    void tell(prefetch(actorId, pictures));
  const askToClear = ({ actor_id, entries }: ActorTotals): void =>
    ask({
      title: `Clear actor ${actor_id}?`,
      text: `${plural(entries, 'local copy', 'local copies')} are removed. What is in S3 stays.`,
      action: 'Clear',
      run: async () => {
        const { words, pictures } = await clearActor(actor_id);
        const run = (): void => fetchAgain(actor_id, pictures);
        announce({ text: words, action: { words: 'Fetch them again', run } });
        refresh();
      },
    });
  const askToClearAll = (): void =>
    ask({
      title: 'Clear the whole cache?',
      text: 'All local copies are removed. What is in S3 stays.',
      action: 'Clear everything',
      run: async () => {
        announce({ text: await clearAll() });
        refresh();
      },
    });

  return (
    <section
      className="card panel"
      aria-labelledby="actors-title"
      aria-busy={actors === undefined && !isDown}
    >
      <div className="section-head">
        <h2 id="actors-title">Actors</h2>
        <div className="panel-buttons">
          <button type="button" className="button" onClick={() => setIsPrefetching(true)}>
            <Icon name="down" /> Prefetch…
          </button>
          <button
            type="button"
            className="button button-danger-quiet"
            disabled={actors === undefined || actors.length === 0}
            onClick={askToClearAll}
          >
            <Icon name="trash" /> Clear all…
          </button>
        </div>
      </div>
      {actors !== undefined && actors.length > 0 && (
        <label className="search">
          <span className="visually-hidden">Search actors</span>
          <input
            type="search"
            placeholder="Search actors"
            value={sought}
            onChange={(event) => {
              setSought(event.target.value);
              setMaxRows(PAGE_ROWS);
            }}
          />
        </label>
      )}
      {actors === undefined ? (
        <p className="note">{isDown ? 'Not known yet.' : 'Asking the server…'}</p>
      ) : actors.length === 0 ? (
        <p className="note">
          Nothing is cached yet. Pictures come with the first page that asks for them; or press
          Prefetch… and give their URLs.
        </p>
      ) : found.length === 0 ? (
        <p className="note">No actor is called like that.</p>
      ) : (
        <ActorsTable order={order} onOrder={setOrder}>
          {found.slice(0, maxRows).map((actor) => (
            <ActorRow
              key={actor.actor_id}
              actor={actor}
              onRefresh={() => tell(revalidate(actor.actor_id))}
              onClear={() => askToClear(actor)}
            />
          ))}
        </ActorsTable>
      )}
      {found.length > maxRows && (
        <button
          type="button"
          className="button more"
          onClick={() => setMaxRows(maxRows + 4 * PAGE_ROWS)}
        >
          Show more of {plural(found.length, 'actor')}
        </button>
      )}
      {isPrefetching && (
        <PrefetchDialog onClose={() => setIsPrefetching(false)} announce={announce} />
      )}
    </section>
  );
}
