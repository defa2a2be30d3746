// Downloads one batch of the queue: a POST that answers when all is done. That its pictures are there the
// page hears meanwhile, one by one, as every change.
import type { LocalManifest } from '../cache/local-manifest.js';
import type { ManifestSync } from '../cache/manifest-sync.js';
import type { Warn } from '../cache/warn-once.js';
import type { PictureRequest, PrefetchItem } from '../contract.js';
import type { PrefetchBatch } from '../module/generated/image_cache.js';
import type { CacheServer } from '../server/cache-server.js';
import type { Feed } from '../sync/feed.js';
import { itemsOfFailure } from './outcome.js';

/** 500 URLs of the greatest length are half of the 8 MiB that the server takes in one request. */
const MAX_IMAGES_PER_REQUEST = 500;

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
