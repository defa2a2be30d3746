// Which page is open lives in the address's hash, so that back, reload and a bookmark work on any
// static server.
import { useSyncExternalStore } from 'react';

export type Route = { page: 'actors' } | { page: 'actor'; id: string };

export function parseRoute(hash: string): Route {
  const match = /^#\/actors\/([^/]+)$/.exec(hash);
  if (match === null) return { page: 'actors' };
  try {
    return { page: 'actor', id: decodeURIComponent(match[1] as string) };
  } catch {
    return { page: 'actors' };
  }
}

export const actorHref = (id: string): string => `#/actors/${encodeURIComponent(id)}`;
export const ACTORS_HREF = '#/';

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (changed) => {
      window.addEventListener('hashchange', changed);
      return () => window.removeEventListener('hashchange', changed);
    },
    () => window.location.hash,
  );
  return parseRoute(hash);
}
