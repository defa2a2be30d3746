// What is being fetched, and what waits and why.
import { isMissing, wordsOf } from '../api/client.ts';
import type { Downloads, Numbers, RunningDownload } from '../api/contract.ts';
import { bytes, lastSegment, plural } from '../state/format.ts';
import { useResource } from '../state/use-resource.ts';

const BUSY_INTERVAL_MS = 1000;
const IDLE_INTERVAL_MS = 5000;
const MAX_ROWS = 8;

export function DownloadsPanel({ numbers }: { numbers: Numbers | undefined }) {
  const isBusy = numbers !== undefined && numbers.downloads_running + numbers.downloads_waiting > 0;
  const { data, error } = useResource<Downloads>(
    'downloads',
    isBusy ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS,
  );
  const running = data?.running ?? [];
  const waiting = data?.waiting;
  return (
    <section className="card panel" aria-labelledby="downloads-title">
      <h2 id="downloads-title">Downloads</h2>
      {data === undefined ? (
        <p className="note">
          {error === undefined
            ? 'Asking the server…'
            : isMissing(error)
              ? 'This server does not tell what it fetches.'
              : wordsOf(error)}
        </p>
      ) : running.length === 0 && waiting?.total === 0 ? (
        <p className="note">Nothing is being fetched, and nothing waits.</p>
      ) : (
        <>
          <h3>{plural(running.length, 'download')} running</h3>
          <ul className="items">
            {running.slice(0, MAX_ROWS).map((download) => (
              <li key={`${download.s3_url} ${download.started_at}`}>
                <Named url={download.s3_url} actorId={download.actor_id} />
                <span className="subtle">
                  {progressOf(download)} from {download.host}
                </span>
              </li>
            ))}
          </ul>
          {waiting !== undefined && waiting.total > 0 && (
            <>
              <h3>{plural(waiting.total, 'download')} waiting</h3>
              <ul className="items">
                {waiting.first.slice(0, MAX_ROWS).map((download, index) => (
                  <li key={`${download.s3_url} ${index}`}>
                    <Named url={download.s3_url} actorId={download.actor_id} />
                    <span className="subtle">
                      {download.priority}: {download.reason}
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </section>
  );
}

function Named({ url, actorId }: { url: string; actorId: string }) {
  return (
    <span title={url}>
      <strong>{lastSegment(url)}</strong>
      {actorId !== '' && <span className="subtle"> · actor {actorId}</span>}
    </span>
  );
}

function progressOf({ bytes: received, total_bytes }: RunningDownload): string {
  if (total_bytes === undefined) return received === 0 ? 'asking' : bytes(received);
  return `${bytes(received)} of ${bytes(total_bytes)}`;
}
