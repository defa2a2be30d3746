// What has gone wrong lately, in the server's words.
import { isMissing, wordsOf } from '../api/client.ts';
import type { RecentError } from '../api/contract.ts';
import { ago, lastSegment } from '../state/format.ts';
import { useNow } from '../state/use-now.ts';
import { useResource } from '../state/use-resource.ts';

const INTERVAL_MS = 10_000;
const MAX_ROWS = 10;

export function ErrorsPanel() {
  const { data, error } = useResource<{ errors: RecentError[] }>('errors', INTERVAL_MS);
  const now = useNow(INTERVAL_MS);
  return (
    <section className="card panel" aria-labelledby="errors-title">
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
            <li key={`${slug} ${at} ${s3_url ?? ''}`}>
              <strong>{title}</strong>
              {count > 1 && <span className="subtle"> · {count} times</span>}
              <span className="subtle"> · {ago(at, now)}</span>
              <span className="item-detail">{detail}</span>
              {s3_url !== undefined && (
                <span className="subtle" title={s3_url}>
                  {lastSegment(s3_url)}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
