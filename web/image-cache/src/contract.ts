// What goes over the wire: the server's JSON, field by field as its contract names it.

export type { ManifestEntry, Priority, Totals } from './module/generated/image_cache.js';
import type { Priority } from './module/generated/image_cache.js';

export interface PictureRequest {
  s3_url: string;
  /** For people who read the manifest. Left out: the last segment of the URL. */
  filename?: string | undefined;
}

export interface PrefetchRequest {
  actor_id: string;
  images: PictureRequest[];
  priority: Priority;
  wait: true;
}

export interface PrefetchItem {
  s3_url: string;
  status: 'cached' | 'already_cached' | 'failed';
  local_path?: string;
  size_bytes?: number;
  error?: string;
  detail?: string;
  retryable?: boolean;
}

export interface PrefetchAnswer {
  actor_id: string;
  requested: number;
  cached: number;
  already_cached: number;
  failed: number;
  bytes: number;
  results: PrefetchItem[];
}

export interface ActorStats {
  actor_id: string;
  entries: number;
  size_bytes: number;
}

/** Cold pictures that lie on the server's disk as lossless JPEG XL. */
export interface CompressionStats {
  entries: number;
  original_bytes: number;
  stored_bytes: number;
  saved_bytes: number;
  /** What this run did; absent while nothing is and may be compressed. */
  running?: boolean;
  compressed?: number;
  refused?: number;
  failed?: number;
  compressing_cpu_ms?: number;
  restored?: number;
  broken?: number;
  restoring_cpu_ms?: number;
}

export interface CacheStats {
  total_entries: number;
  total_size_bytes: number;
  total_size_mb: number;
  max_size_bytes: number;
  hits: number;
  misses: number;
  hit_ratio: number;
  not_modified: number;
  bytes_served: number;
  bytes_saved: number;
  downloads: number;
  failed_downloads: number;
  bytes_downloaded: number;
  average_origin_ms: number;
  time_saved_ms: number;
  evictions: number;
  evicted_bytes: number;
  coalesced: number;
  downloads_running: number;
  downloads_waiting: number;
  /** How well the server's disk is: degraded stores nothing new, off reads nothing either. */
  store: 'healthy' | 'degraded' | 'off';
  revision: number;
  compression: CompressionStats;
  uptime_ms: number;
  actors: ActorStats[];
}

export interface Cleared {
  removed: number;
  bytes_freed: number;
}

/** What asking S3 about the cached pictures came to: `checked` is the sum of the others. */
export interface Revalidated {
  checked: number;
  unchanged: number;
  /** Had another content in S3: downloaded, under a new name. */
  updated: number;
  /** S3 has them no more, and neither has the cache. */
  gone: number;
  /** Could not be asked about; they stay as they are. */
  failed: number;
}

/** What GET events tells while something is being prefetched: at most every 250 ms, and at the end. */
export interface ProgressEvent {
  type: 'progress';
  revision: number;
  prefetches: {
    /** Tells two prefetches of one actor apart. */
    id: number;
    actor_id: string;
    job_id?: string;
    requested: number;
    cached: number;
    already_cached: number;
    failed: number;
    bytes: number;
    done: boolean;
  }[];
}

/** At most once a second, and only when something has changed. */
export interface StatsEvent extends Omit<CacheStats, 'actors' | 'uptime_ms'> {
  type: 'stats';
}

export type ServerEvent = ProgressEvent | StatsEvent;

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
}
