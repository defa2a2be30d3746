// Finds single pictures: by a piece of their URL, name or actor.
import { useState } from 'react';

import type { Numbers } from '../api/contract.ts';
import type { Shared } from '../app.tsx';
import { removePicture } from '../state/changes.ts';
import { count, plural } from '../state/format.ts';
import { MAX_WHOLE_ENTRIES, useSearch } from '../state/use-search.ts';
import { FoundPicture } from './found-picture.tsx';

const MAX_ROWS = 50;

interface SearchPanelProps extends Shared {
  totals: Numbers | undefined;
}

export function SearchPanel({ totals, ask, announce, refresh }: SearchPanelProps) {
  const [sought, setSought] = useState('');
  const [actorId, setActorId] = useState('');
  const entries = totals?.total_entries ?? 0;
  const needsActor = entries > MAX_WHOLE_ENTRIES;
  const isReady = !needsActor || actorId.trim() !== '';
  const { found, error } = useSearch(
    isReady ? sought : '',
    needsActor ? actorId.trim() : '',
    totals?.revision ?? 0,
  );

  const askToRemove = (s3Url: string): void =>
    ask({
      title: 'Remove the local copy?',
      text: `${s3Url} stays in S3, and is fetched again when somebody asks for it.`,
      action: 'Remove',
      run: async () => {
        announce({ text: await removePicture(s3Url) });
        refresh();
      },
    });

  return (
    <section className="card panel" aria-labelledby="search-title">
      <h2 id="search-title">Find a picture</h2>
      <div className="search search-pictures">
        {needsActor && (
          <label>
            <span className="visually-hidden">Actor of the picture</span>
            <input
              type="text"
              placeholder="Actor"
              value={actorId}
              onChange={(event) => setActorId(event.target.value)}
            />
          </label>
        )}
        <label>
          <span className="visually-hidden">A piece of the picture’s URL, name or actor</span>
          <input
            type="search"
            placeholder="A piece of its URL, name or actor"
            value={sought}
            onChange={(event) => setSought(event.target.value)}
          />
        </label>
      </div>
      {needsActor && !isReady && (
        <p className="note">
          With {count(entries)} pictures the search goes through one actor at a time.
        </p>
      )}
      {error !== undefined && <p className="note">{error}</p>}
      {found !== undefined && (
        <p className="note" role="status">
          {found.length === 0
            ? 'No cached picture is like that.'
            : found.length > MAX_ROWS
              ? `${plural(found.length, 'picture')}; the first ${MAX_ROWS} are shown.`
              : plural(found.length, 'picture')}
        </p>
      )}
      {found !== undefined && found.length > 0 && (
        <ul className="found" aria-label="Pictures that were found">
          {found.slice(0, MAX_ROWS).map((entry) => (
            <FoundPicture
              key={entry.local_path}
              entry={entry}
              onRemove={() => askToRemove(entry.s3_url)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
