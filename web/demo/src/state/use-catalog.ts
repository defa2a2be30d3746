// The list of actors, loaded once and again on demand.
import { useCallback, useEffect, useState } from 'react';
import { BackendError, fetchCatalog, type Catalog } from './backend.ts';

export interface CatalogState {
  data?: Catalog;
  error?: BackendError;
  reload: () => void;
  /** Takes a deleted picture out without asking the bucket again. */
  forget: (actorId: string, pictureName: string) => void;
}

export function useCatalog(): CatalogState {
  const [state, setState] = useState<{ data?: Catalog; error?: BackendError }>({});
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const abort = new AbortController();
    fetchCatalog(abort.signal).then(
      (data) => setState({ data }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setState({
          error:
            error instanceof BackendError ? error : new BackendError('unreachable', String(error)),
        });
      },
    );
    return () => abort.abort();
  }, [attempt]);

  const reload = useCallback(() => setAttempt((n) => n + 1), []);
  const forget = useCallback((actorId: string, pictureName: string) => {
    setState(({ data, ...rest }) => {
      if (data === undefined) return rest;
      const actors = data.actors.map((actor) =>
        actor.id === actorId
          ? { ...actor, pictures: actor.pictures.filter(({ name }) => name !== pictureName) }
          : actor,
      );
      return { ...rest, data: { ...data, actors } };
    });
  }, []);
  return { ...state, reload, forget };
}
