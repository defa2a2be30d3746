// Downloads one batch of the queue: a POST that answers when all is done. That its pictures are there the
// page hears meanwhile, one by one, as every change.
import type { LocalManifest } from '../cache/local-manifest.js';
import type { ManifestSync } from '../cache/manifest-sync.js';
import type { Warn } from '../cache/warn-once.js';
import type { PrefetchItem } from '../contract.js';
import type { PrefetchBatch } from '../module/generated/image_cache.js';
import type { CacheServer } from '../server/cache-server.js';
import type { Feed } from '../sync/feed.js';
import { itemsOfFailure } from './outcome.js';

export interface BatchRunnerParts {
  server: CacheServer;
  local: LocalManifest;
  sync: ManifestSync;
  feed: Feed;
  warn: Warn;
}

/** One item for each image, whatever happens. After `signal` they mean nothing. */
export async function runBatch(
  parts: BatchRunnerParts,
  { actorId, priority, images }: PrefetchBatch,
  signal: AbortSignal,
): Promise<PrefetchItem[]> {
  const { server, local, sync, feed, warn } = parts;
  const hasEnded = feed.expectChanges();
  try {
    const { results } = await server.prefetch(
      { actor_id: actorId, images, priority, wait: true },
      signal,
    );
    // Mostly the changes were told before. What is still unknown, or was removed meanwhile, the server knows.
    const isKnown = ({ s3_url, local_path }: PrefetchItem): boolean =>
      local_path === undefined || local.view?.lookup(s3_url) === local_path;
    if (!results.every(isKnown)) await sync.refresh();
    return results;
  } catch (error) {
    if (!signal.aborted) {
      warn('server', `prefetching ${actorId} failed; its pictures come from S3.`, error);
    }
    return itemsOfFailure(images, error);
  } finally {
    hasEnded();
  }
}
