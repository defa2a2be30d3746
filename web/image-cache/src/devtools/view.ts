// What the panel shows, gathered from the client: all that it says is also to be had without it.
import type { Availability } from '../cache/startup.js';
import { picturesOf } from '../cache/pictures.js';
import type { CacheStats, Totals } from '../contract.js';
import type { ImageCacheClient } from '../create-image-cache.js';
import type { PrefetchProgress, QueuedActor } from '../module/generated/image_cache.js';
import { PictureLog, type PictureRow } from './picture-log.js';

export interface View {
  /** Undefined while module and manifest are loading. */
  availability: Availability | undefined;
  /** What is cached, as this page knows it. */
  totals: Totals;
  /** The server's; undefined while it does not answer. */
  stats: CacheStats | undefined;
  progress: PrefetchProgress;
  queue: QueuedActor[];
  pictures: PictureRow[];
}

const STATS_INTERVAL_MS = 2000;
/** At most one update in this time, however much happens. */
const UPDATE_INTERVAL_MS = 250;
/** More actors than anybody reads. */
export const MAX_ACTORS = 50;

export interface Following {
  /** Shows what holds now, soon. */
  update: () => void;
  stop: () => void;
}

/** Calls `show` soon after anything has changed. */
export function follow(client: ImageCacheClient, show: (view: View) => void): Following {
  const { imageCache, prefetchManager } = client;
  const pictures = picturesOf(client);
  const log = new PictureLog(pictures);
  let availability: Availability | undefined;
  let stats: CacheStats | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  let isOver = false;

  const update = (): void => {
    if (isOver) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      show({
        availability,
        totals: imageCache.actorTotals(),
        stats,
        progress: prefetchManager.getProgress(),
        queue: prefetchManager.getQueue(MAX_ACTORS),
        pictures: log.rows(),
      });
    }, UPDATE_INTERVAL_MS);
  };
  const ask = async (): Promise<void> => {
    if (document.hidden) return; // nobody looks
    stats = await imageCache.getStats().catch(() => undefined);
    update();
  };
  const asking = setInterval(() => void ask(), STATS_INTERVAL_MS);
  const stops = [imageCache, prefetchManager, pictures.changed].map(({ subscribe }) =>
    subscribe(update),
  );
  void imageCache.ready().then((known) => {
    availability = known;
    update();
  });
  void ask();
  update();
  return {
    update,
    stop: () => {
      isOver = true;
      clearInterval(asking);
      clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}
