// From the server's answer about each picture to what the module's queue is told.
import type { PictureRequest, PrefetchItem } from '../contract.js';
import type { PrefetchResult } from '../module/generated/image_cache.js';
import { CacheServerError } from '../server/cache-server-error.js';

export function resultsOf(items: PrefetchItem[]): PrefetchResult[] {
  return items.map(({ s3_url, status, retryable, size_bytes }) => {
    if (status === 'failed') {
      return { s3_url, outcome: retryable === true ? 'retry' : 'failed', bytes: 0 };
    }
    return { s3_url, outcome: status, bytes: status === 'cached' ? (size_bytes ?? 0) : 0 };
  });
}

/** What became of pictures whose request had no answer, or an error for one. */
export function itemsOfFailure(images: PictureRequest[], error: unknown): PrefetchItem[] {
  const isRefusal = error instanceof CacheServerError && !error.mayPass;
  return images.map(({ s3_url }) => ({
    s3_url,
    status: 'failed',
    error: error instanceof CacheServerError ? error.slug : 'server-unreachable',
    detail: error instanceof Error ? error.message : String(error),
    retryable: !isRefusal,
  }));
}
