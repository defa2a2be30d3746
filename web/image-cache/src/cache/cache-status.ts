// Where a picture came from, as far as the browser tells: by the Resource Timing of the address that the
// <img> has loaded. Asked when it has loaded, since a later load of the same address replaces the timing.
import type { Picture } from './picture.js';
import { timingOf } from './resource-timing.js';

/**
 * memory   the page had it already: nothing was asked for
 * disk     the browser's own cache, or a service worker
 * server   the cache server
 * network  S3
 */
export type CacheStatus = 'memory' | 'disk' | 'server' | 'network';

export interface CacheStatusDetails {
  /** What was loaded; with `srcSet`, what the browser chose. */
  src: string;
  /** From asking for it to its last byte; 0 from memory. */
  durationMs: number;
  /** What came over the wire, head included. Undefined: the browser does not tell, as of another origin
   *  without Timing-Allow-Origin. */
  transferredBytes?: number;
  /** A service worker answered; whether from its store or by asking on is not told. */
  isFromWorker: boolean;
}

/** Firefox and Safari lack it. */
type Timing = PerformanceResourceTiming & { deliveryType?: string };

export function cacheStatusOf(
  picture: Picture,
  image: HTMLImageElement,
): [CacheStatus, CacheStatusDetails] {
  const src = image.currentSrc || image.src;
  const timing: Timing | undefined = timingOf(src, picture.sinceMs);
  const { duration = 0, transferSize = 0, workerStart = 0 } = timing ?? {};
  // Everything is 0 of what another origin keeps to itself, and of what Firefox's workers answer.
  const isTold = timing !== undefined && (timing.decodedBodySize > 0 || timing.requestStart > 0);
  const isFromWorker = workerStart > 0 || (timing !== undefined && !isTold && duration === 0);
  const details: CacheStatusDetails = { src, durationMs: duration, isFromWorker };
  if (timing === undefined || (isTold && duration === 0)) return ['memory', details];
  if (isTold) details.transferredBytes = transferSize;
  if (timing.deliveryType === 'cache' || isFromWorker || (isTold && transferSize === 0))
    return ['disk', details];
  // A smaller picture of the local copy has its address, and more.
  return [picture.isLocal && src.startsWith(image.src) ? 'server' : 'network', details];
}
