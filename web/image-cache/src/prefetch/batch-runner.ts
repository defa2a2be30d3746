// Downloads one batch of the queue: a POST that answers when all is done, and meanwhile looks at the
// manifest, so that a gallery fills picture by picture.
import type { LocalManifest } from '../cache/local-manifest.js';
import type { ManifestSync } from '../cache/manifest-sync.js';
import type { Warn } from '../cache/warn-once.js';
import type { PictureRequest, PrefetchItem } from '../contract.js';
import type { PrefetchBatch } from '../module/generated/image_cache.js';
import type { CacheServer } from '../server/cache-server.js';
import { itemsOfFailure } from './outcome.js';

/** 500 URLs of the greatest length are half of the 8 MiB that the server takes in one request. */
const MAX_IMAGES_PER_REQUEST = 500;

export interface BatchRunnerParts {
  server: CacheServer;
  local: LocalManifest;
  sync: ManifestSync;
  warn: Warn;
  pollIntervalMs: number;
}

/** One item for each image, whatever happens. After `signal` they mean nothing. */
export async function runBatch(
  parts: BatchRunnerParts,
  batch: PrefetchBatch,
  signal: AbortSignal,
): Promise<PrefetchItem[]> {
  const items: PrefetchItem[] = [];
  for (let start = 0; start < batch.images.length; start += MAX_IMAGES_PER_REQUEST) {
    const images = batch.images.slice(start, start + MAX_IMAGES_PER_REQUEST);
    items.push(...(await request(parts, batch, images, signal)));
    if (signal.aborted) break;
  }
  return items;
}

async function request(
  parts: BatchRunnerParts,
  { actorId, priority }: PrefetchBatch,
  images: PictureRequest[],
  signal: AbortSignal,
): Promise<PrefetchItem[]> {
  const { server, local, sync, warn } = parts;
  const removalsBefore = local.removals;
  const stopPolling = poll(parts, actorId, signal);
  try {
    const { results } = await server.prefetch(
      { actor_id: actorId, images, priority, wait: true },
      signal,
    );
    if (local.removals === removalsBefore) {
      const names = new Map(images.map(({ s3_url, filename }) => [s3_url, filename ?? '']));
      local.putAll(actorId, results, (s3Url) => names.get(s3Url) ?? '');
    } else {
      // Something was cleared meanwhile, perhaps one of these: the server knows.
      await sync.refreshActor(actorId, null, signal).catch(() => null);
    }
    if (!local.isKnown) void sync.refresh(); // the server is back
    return results;
  } catch (error) {
    if (!signal.aborted) {
      warn('server', `prefetching ${actorId} failed; its pictures come from S3.`, error);
    }
    return itemsOfFailure(images, error);
  } finally {
    stopPolling();
  }
}

function poll(parts: BatchRunnerParts, actorId: string, batchSignal: AbortSignal): () => void {
  const { sync, pollIntervalMs } = parts;
  const stop = new AbortController();
  const { signal } = stop;
  let etag: string | null = null;
  let timer: ReturnType<typeof setTimeout>;
  const schedule = (): void => {
    timer = setTimeout(() => {
      sync
        .refreshActor(actorId, etag, signal)
        .then((known) => (etag = known))
        .catch(() => undefined) // the POST itself tells of a server that went away
        .finally(() => {
          if (!signal.aborted) schedule();
        });
    }, pollIntervalMs);
  };
  const end = (): void => {
    clearTimeout(timer);
    stop.abort();
    batchSignal.removeEventListener('abort', end);
  };
  batchSignal.addEventListener('abort', end);
  schedule();
  return end;
}
