import type { CacheServer } from '../../support/cache-server.ts';

export function readThroughUrl(cache: CacheServer, url: string): string {
  return `${cache.origin}/api/cache/image?url=${encodeURIComponent(url)}`;
}
