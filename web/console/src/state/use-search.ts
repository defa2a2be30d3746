// Looks for pictures in the manifest, which is read once somebody searches. A large one is not: then
// the search wants an actor, whose part of it is read.
import { useEffect, useState } from 'react';

import { wordsOf } from '../api/client.ts';
import type { Entry } from '../api/contract.ts';
import { entriesOf } from './changes.ts';

/** About 5 MB of JSON. */
export const MAX_WHOLE_ENTRIES = 20_000;
const TYPING_MS = 200;

export interface Search {
  found?: Entry[];
  error?: string;
}

/** The pictures whose URL, name or actor holds every word of `sought`. */
export function matching(entries: readonly Entry[], sought: string): Entry[] {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ s3_url, filename, actor_id }) => {
    const text = `${s3_url} ${filename} ${actor_id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** `revision`: when it changes, so may the answer. Nothing is asked for while `sought` is empty. */
export function useSearch(sought: string, actorId: string, revision: number): Search {
  const [state, setState] = useState<Search & { query?: string }>({});
  const query = sought.trim();

  useEffect(() => {
    if (query === '') return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      entriesOf(actorId === '' ? undefined : actorId, abort.signal).then(
        (entries) => setState({ query, found: matching(entries, query) }),
        (error: unknown) => {
          if (!abort.signal.aborted) setState({ query, error: wordsOf(error) });
        },
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, actorId, revision]);

  return query === '' ? {} : state;
}
