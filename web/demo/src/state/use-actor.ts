// One actor with URLs signed for this visit. A new `visit` asks the backend again, so that a
// gallery without the cache is not served from the browser's own by an address seen before.
import { useCallback, useEffect, useState } from 'react';
import { fetchActor, type Actor } from './backend.ts';

interface ActorState {
  actor?: Actor;
  error?: string;
  forget: (pictureName: string) => void;
}

export function useActor(id: string, visit: string): ActorState {
  const [loaded, setLoaded] = useState<{ visit: string; actor?: Actor; error?: string }>({ visit });

  useEffect(() => {
    const abort = new AbortController();
    fetchActor(id, abort.signal).then(
      (actor) => setLoaded({ visit, actor }),
      (error: unknown) => {
        if (!abort.signal.aborted) setLoaded({ visit, error: (error as Error).message });
      },
    );
    return () => abort.abort();
  }, [id, visit]);

  const forget = useCallback((pictureName: string) => {
    setLoaded((before) => {
      if (before.actor === undefined) return before;
      const pictures = before.actor.pictures.filter(({ name }) => name !== pictureName);
      return { ...before, actor: { ...before.actor, pictures } };
    });
  }, []);

  // What belongs to the visit before is not shown for this one.
  return loaded.visit === visit ? { ...loaded, forget } : { forget };
}
