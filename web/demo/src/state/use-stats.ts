// The cache server's statistics, asked for regularly while the page is visible. They also tell
// whether the server is there at all.
import { imageCache, type CacheStats } from 'image-cache';
import { useCallback, useEffect, useState } from 'react';

const INTERVAL_MS = 2000;

export interface StatsState {
  data?: CacheStats;
  /** The last question was not answered. */
  down: boolean;
  refresh: () => void;
}

export function useStats(): StatsState {
  const [state, setState] = useState<{ data?: CacheStats; down: boolean }>({ down: false });
  const refresh = useCallback(() => {
    imageCache.getStats().then(
      (data) => setState({ data, down: false }),
      () => setState({ down: true }),
    );
  }, []);

  useEffect(() => {
    refresh();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') refresh();
    }, INTERVAL_MS);
    return () => clearInterval(timer);
  }, [refresh]);

  return { ...state, refresh };
}
