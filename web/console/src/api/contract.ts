// What the server answers, as far as this page reads it: docs/http.md and docs/events.md.

/** The numbers of `GET stats`, which the events' `stats` message has too. */
export interface Numbers {
  total_entries: number;
  total_size_bytes: number;
  max_size_bytes: number;
  hits: number;
  misses: number;
  hit_ratio: number;
  bytes_served: number;
  bytes_downloaded: number;
  downloads: number;
  failed_downloads: number;
  average_origin_ms: number;
  time_saved_ms: number;
  evictions: number;
  downloads_running: number;
  downloads_waiting: number;
  /** How the disk is: docs/sick-disk.md. */
  store: string;
  revision: number;
}

export interface ActorTotals {
  actor_id: string;
  entries: number;
  size_bytes: number;
  /** How worthwhile it is to keep, from 0 to 1 (the warmest of all); not there when nobody opened it. */
  heat?: number;
  /** How many openings of any actor there were since its own last one; beside `heat`. */
  openings_ago?: number;
}

export interface HistoryPoint {
  at: number;
  hits: number;
  misses: number;
  bytes_served: number;
  origin_bytes: number;
  stored_bytes: number;
  evictions: number;
  errors: number;
}

export interface History {
  resolution_s: number;
  points: HistoryPoint[];
}

export interface Stats extends Numbers {
  uptime_ms: number;
  actors: ActorTotals[];
  history?: History;
}

export type Resolution = 'minute' | 'hour' | 'day';

export interface Entry {
  s3_url: string;
  local_path: string;
  size_bytes: number;
  cached_at: number;
  actor_id: string;
  filename: string;
}

export interface RunningDownload {
  s3_url: string;
  actor_id: string;
  priority: string;
  bytes: number;
  total_bytes?: number;
  started_at: number;
  host: string;
}

export interface WaitingDownload {
  s3_url: string;
  actor_id: string;
  priority: string;
  host: string;
  reason: string;
}

export interface Downloads {
  running: RunningDownload[];
  waiting: { total: number; first: WaitingDownload[] };
}

export interface RecentError {
  at: number;
  slug: string;
  title: string;
  detail: string;
  s3_url?: string;
  count: number;
}

export interface Guess {
  actor_id: string;
  probability: number;
  reason: string;
}

export interface Predictions {
  enabled: boolean;
  /** What is probable enough is fetched ahead. */
  fetches: boolean;
  openings: number;
  actors: number;
  model_bytes: number;
  after: string | null;
  guesses: Guess[];
}

export interface PrefetchSummary {
  id: number;
  actor_id: string;
  requested: number;
  cached: number;
  already_cached: number;
  failed: number;
  done: boolean;
}
