import { useMemo, useSyncExternalStore } from 'react';
import type { ImageCache } from '../cache/image-cache.js';
import type { Availability } from '../cache/startup.js';
import type { CacheStats } from '../contract.js';
import type { ImageCacheClient } from '../create-image-cache.js';
import { useImageCacheClient } from './client-context.js';

/** How long changes are gathered before the server is asked for what has become of its statistics. */
const GATHER_MS = 1000;

export interface ImageCacheState {
  /** Undefined while module and manifest are loading. */
  readonly availability: Availability | undefined;
  /** The server's statistics; undefined until it has answered. */
  readonly stats: CacheStats | undefined;
}

export type UsedImageCache = ImageCacheState &
  Pick<ImageCache, 'invalidate' | 'clearActorCache' | 'clearAll' | 'revalidate'>;

const UNKNOWN: ImageCacheState = { availability: undefined, stats: undefined };

/** Whether the cache is there and what its server counts, followed, and what changes it. */
export function useImageCache(): UsedImageCache {
  const client = useImageCacheClient();
  const { subscribe, get } = storeOf(client);
  const state = useSyncExternalStore(subscribe, get, () => UNKNOWN);
  return useMemo(() => {
    const { invalidate, clearActorCache, clearAll, revalidate } = client.imageCache;
    return { ...state, invalidate, clearActorCache, clearAll, revalidate };
  }, [client, state]);
}

/** One for each client, however many components look at it. */
interface Store {
  subscribe: (listener: () => void) => () => void;
  get: () => ImageCacheState;
}

const stores = new WeakMap<ImageCacheClient, Store>();

function storeOf(client: ImageCacheClient): Store {
  let store = stores.get(client);
  if (store === undefined) stores.set(client, (store = makeStore(client)));
  return store;
}

function makeStore({ imageCache }: ImageCacheClient): Store {
  const listeners = new Set<() => void>();
  let state = UNKNOWN;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: (() => void) | undefined;

  const set = (change: Partial<ImageCacheState>): void => {
    state = { ...state, ...change };
    for (const listener of [...listeners]) listener();
  };
  const ask = (): void => {
    timer = undefined;
    imageCache.getStats().then(
      (stats) => {
        set({ stats });
      },
      () => undefined, // the availability tells of it
    );
  };
  const follow = (): (() => void) => {
    const stops = [
      // The server tells of its statistics by itself where it can; what the page sees change, everywhere.
      imageCache.onServerEvent((event) => {
        if (event.type === 'stats' && state.stats) set({ stats: { ...state.stats, ...event } });
      }),
      imageCache.subscribe(() => {
        timer ??= setTimeout(ask, GATHER_MS);
      }),
    ];
    void imageCache.ready().then((availability) => {
      set({ availability });
    });
    ask();
    return () => {
      clearTimeout(timer);
      timer = undefined;
      for (const end of stops) end();
    };
  };

  return {
    get: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      stop ??= follow();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}
