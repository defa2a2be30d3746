// Something that is asked for again and again while the page is looked at.
import { useCallback, useEffect, useRef, useState } from 'react';

import { get } from '../api/client.ts';

export interface Resource<T> {
  data?: T;
  /** Why the last question had no answer; what was known before stays. */
  error?: unknown;
  refresh: () => void;
}

/** Nothing is asked for while `path` is undefined. What takes long is asked for less often. */
export function useResource<T>(path: string | undefined, intervalMs: number): Resource<T> {
  const [state, setState] = useState<{ path?: string | undefined; data?: T; error?: unknown }>({});
  const ask = useRef<() => void>(undefined);

  useEffect(() => {
    if (path === undefined) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsking = false;

    const next = async (): Promise<void> => {
      if (isAsking) return;
      clearTimeout(timer);
      isAsking = true;
      const began = performance.now();
      if (document.visibilityState === 'visible') {
        try {
          const data = await get<T>(path, abort.signal);
          if (!abort.signal.aborted) setState({ path, data });
        } catch (error) {
          if (!abort.signal.aborted) {
            setState((last) => ({ ...(last.path === path && last), path, error }));
          }
        }
      }
      isAsking = false;
      // The server is busy with others, too: at most a twentieth of its time is this page's.
      const pause = Math.max(intervalMs, 20 * (performance.now() - began));
      if (!abort.signal.aborted) timer = setTimeout(() => void next(), pause);
    };

    const onVisible = (): void => void next();
    ask.current = onVisible;
    document.addEventListener('visibilitychange', onVisible);
    void next();
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [path, intervalMs]);

  const refresh = useCallback(() => ask.current?.(), []);
  const isCurrent = state.path === path;
  return {
    ...(isCurrent && state.data !== undefined && { data: state.data }),
    ...(isCurrent && state.error !== undefined && { error: state.error }),
    refresh,
  };
}
