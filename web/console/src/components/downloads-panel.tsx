// What is being fetched, and what waits and why.
import { isMissing, wordsOf } from '../api/client.ts';
import type { Downloads, Numbers, PrefetchSummary, RunningDownload } from '../api/contract.ts';
import { bytes, lastSegment, plural } from '../state/format.ts';
import { useResource } from '../state/use-resource.ts';
import { Item } from './item.tsx';
import { PrefetchList } from './prefetch-list.tsx';

const BUSY_INTERVAL_MS = 1000;
const IDLE_INTERVAL_MS = 5000;
const MAX_ROWS = 8;

interface DownloadsPanelProps {
  numbers: Numbers | undefined;
  prefetches: readonly PrefetchSummary[];
}

export function DownloadsPanel({ numbers, prefetches }: DownloadsPanelProps) {
  const isBusy = numbers !== undefined && numbers.downloads_running + numbers.downloads_waiting > 0;
  const { data, error } = useResource<Downloads>(
    'downloads',
    isBusy ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS,
  );
  const running = data?.running ?? [];
  const waiting = data?.waiting;
  return (
    <section
      className="card panel panel-steady"
      aria-labelledby="downloads-title"
      aria-busy={data === undefined && error === undefined}
    >
      <h2 id="downloads-title">Downloads</h2>
      <PrefetchList prefetches={prefetches} />
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
              <Item
                key={`${download.s3_url} ${download.started_at}`}
                name={lastSegment(download.s3_url)}
                title={download.s3_url}
                value={progressOf(download)}
                note={placeOf(download)}
                share={shareOf(download)}
              />
            ))}
          </ul>
          {waiting !== undefined && waiting.total > 0 && (
            <>
              <h3>{plural(waiting.total, 'download')} waiting</h3>
              <ul className="items">
                {waiting.first.slice(0, MAX_ROWS).map((download, index) => (
                  <Item
                    key={`${download.s3_url} ${index}`}
                    name={lastSegment(download.s3_url)}
                    title={download.s3_url}
                    value={download.priority}
                    note={`${ofActor(download.actor_id)}${download.reason}`}
                  />
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </section>
  );
}

/** A read-through needs no actor. */
const ofActor = (actorId: string): string => (actorId === '' ? '' : `Actor ${actorId} · `);

const placeOf = ({ actor_id, host }: RunningDownload): string => `${ofActor(actor_id)}from ${host}`;

function progressOf({ bytes: received, total_bytes }: RunningDownload): string {
  if (total_bytes === undefined) return received === 0 ? 'asking' : bytes(received);
  return `${bytes(received)} of ${bytes(total_bytes)}`;
}

function shareOf({ bytes: received, total_bytes }: RunningDownload): number | undefined {
  return total_bytes === undefined || total_bytes === 0 ? undefined : received / total_bytes;
}
