// What the buttons do: each asks the server, and says in words what came of it.
import { get, post } from '../api/client.ts';
import type { Entry } from '../api/contract.ts';
import { bytes, plural } from './format.ts';

export interface Picture {
  s3_url: string;
  filename?: string;
}

interface Removed {
  removed: number;
  bytes_freed: number;
}

interface Manifest {
  entries: Record<string, Entry>;
}

export async function entriesOf(actorId?: string, signal?: AbortSignal): Promise<Entry[]> {
  const query = actorId === undefined ? '' : `?actor_id=${encodeURIComponent(actorId)}`;
  const { entries } = await get<Manifest>(`manifest${query}`, signal);
  return Object.values(entries);
}

/** Tells what there was, too, so that it can be fetched again. */
export async function clearActor(actorId: string): Promise<{ words: string; pictures: Picture[] }> {
  const entries = await entriesOf(actorId);
  const answer = await post<Removed>(`clear/${encodeURIComponent(actorId)}`);
  const pictures = entries.map(({ s3_url, filename }) => ({ s3_url, filename }));
  return { words: `Actor ${actorId}: ${wordsOfRemoval(answer)}`, pictures };
}

export async function clearAll(): Promise<string> {
  return `The cache is empty: ${wordsOfRemoval(await post<Removed>('clear-all'))}`;
}

export async function removePicture(s3Url: string): Promise<string> {
  const { removed } = await post<{ removed: boolean }>('invalidate', { s3_url: s3Url });
  return removed ? 'The local copy is removed.' : 'It was not there any more.';
}

/** The server's job goes on by itself; the page hears of its progress. */
export async function prefetch(actorId: string, images: Picture[]): Promise<string> {
  const body = { actor_id: actorId, images, wait: false };
  const answer = await post<{ accepted: number; rejected: unknown[] }>('prefetch', body);
  const refused = answer.rejected.length;
  return (
    `${plural(answer.accepted, 'picture')} of actor ${actorId} will be fetched` +
    (refused === 0 ? '.' : `; ${plural(refused, 'URL')} may not be fetched by this server.`)
  );
}

export async function revalidate(actorId: string): Promise<string> {
  const answer = await post<Record<'checked' | 'updated' | 'gone' | 'failed', number>>(
    'revalidate',
    { actor_id: actorId },
  );
  const found = [
    answer.updated > 0 && `${answer.updated} updated`,
    answer.gone > 0 && `${answer.gone} gone from the origin`,
    answer.failed > 0 && `${answer.failed} could not be asked about`,
  ].filter((part) => part !== false);
  const checked = `Actor ${actorId}: ${plural(answer.checked, 'picture')} compared with the origin`;
  return `${checked}, ${found.length === 0 ? 'all current' : found.join(', ')}.`;
}

function wordsOfRemoval({ removed, bytes_freed }: Removed): string {
  return `${plural(removed, 'picture')} removed, ${bytes(bytes_freed)} freed.`;
}
