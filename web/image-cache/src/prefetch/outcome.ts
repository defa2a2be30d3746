// From the server's answer about each picture to what the module's queue is told.
import type { PictureRequest, PrefetchItem } from '../contract.js';
import type { PrefetchResult } from '../module/generated/image_cache.js';
import { CacheServerError } from '../server/cache-server-error.js';

export const resultsOf = (items: PrefetchItem[]): PrefetchResult[] =>
  items.map(({ s3_url, status, retryable, size_bytes = 0 }) => ({
    s3_url,
    outcome: status === 'failed' && retryable === true ? 'retry' : status,
    bytes: status === 'cached' ? size_bytes : 0,
  }));

/** What became of pictures whose request had no answer, or an error for one. */
export function itemsOfFailure(images: PictureRequest[], error: unknown): PrefetchItem[] {
  const retryable = !(error instanceof CacheServerError) || error.mayPass;
  return images.map(({ s3_url }) => ({ s3_url, status: 'failed', retryable }));
}
