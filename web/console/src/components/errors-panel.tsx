// What has gone wrong lately, in the server's words.
import { isMissing, wordsOf } from '../api/client.ts';
import type { RecentError } from '../api/contract.ts';
import { ago, lastSegment } from '../state/format.ts';
import { useNow } from '../state/use-now.ts';
import { useResource } from '../state/use-resource.ts';
import { Item } from './item.tsx';

const INTERVAL_MS = 10_000;
const MAX_ROWS = 10;

export function ErrorsPanel() {
  const { data, error } = useResource<{ errors: RecentError[] }>('errors', INTERVAL_MS);
  const now = useNow(INTERVAL_MS);
  return (
    <section
      className="card panel"
      aria-labelledby="errors-title"
      aria-busy={data === undefined && error === undefined}
    >
      <h2 id="errors-title">Recent errors</h2>
      {data === undefined ? (
        <p className="note">
          {error === undefined
            ? 'Asking the server…'
            : isMissing(error)
              ? 'This server keeps no list of errors; its log has them.'
              : wordsOf(error)}
        </p>
      ) : data.errors.length === 0 ? (
        <p className="note">Nothing has gone wrong lately.</p>
      ) : (
        <ul className="items">
          {data.errors.slice(0, MAX_ROWS).map(({ at, slug, title, detail, s3_url, count }) => (
            <Item
              key={`${slug} ${at} ${s3_url ?? ''}`}
              name={title}
              value={ago(at, now)}
              note={count > 1 ? `${detail} (${count} times)` : detail}
              about={s3_url === undefined ? undefined : lastSegment(s3_url)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
