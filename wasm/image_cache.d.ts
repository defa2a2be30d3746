// What the WebAssembly module offers to TypeScript: shared/ through Embind, nothing decided on the way.
//
// Two kinds of calls. Lookups happen at every render, so their strings cross the border as UTF-8 in one
// scratch buffer (`reserve`, then `encodeInto` the memory, then call with the number of bytes).
// Everything rarer takes and gives plain JavaScript values.

export type Priority = 'high' | 'normal' | 'low';

export interface PrefetchImage {
  s3_url: string;
  filename: string;
}

/** A picture's entry, with the field names of manifest.json. Times in ms since the epoch. */
export interface ManifestEntry {
  s3_url: string;
  local_path: string;
  cached_at: number;
  size_bytes: number;
  actor_id: string;
  filename: string;
  etag: string;
}

export interface Totals {
  entries: number;
  size_bytes: number;
}

/** The manifest in the module's memory. `delete()` frees it (an Embind class). */
export interface ManifestHandle {
  /** Makes the scratch buffer at least `bytes` long and gives its address in `HEAPU8`. The address
   *  and `HEAPU8` itself may change with every call of the module: read both again each time. After a
   *  call that leaves an answer, `reserve(0)` gives the answer's address, until anything else is called. */
  reserve(bytes: number): number;
  /** The scratch holds `bytes` of a compact snapshot: replaces the whole content, without copying.
   *  Gives the number of entries; -1: damaged; -2: of a newer format (then the old content stays). One of
   *  the same epoch and an older revision than what is there changes nothing. */
  loadSnapshot(bytes: number): number;
  /** The same with manifest JSON. -1: it was refused. */
  loadJson(bytes: number): number;
  /** The scratch holds `bytes` of JSON: an answer of `GET manifest?since=` or a "changes" message. Gives
   *  how many entries it named, 0 for what is known already; -1: not understood; -2: a gap, ask for what
   *  changed since serverRevision(); -3: a whole manifest is needed; -4: they are of another epoch. */
  applyChanges(bytes: number): number;
  /** Leaves all of it as a compact snapshot where `reserve(0)` points to; gives its length. */
  writeSnapshot(): number;
  /** The scratch holds `bytes` of an S3 URL, signed or not. Leaves its local path as the answer and
   *  gives that path's length in bytes; 0: not cached; -1: not a URL that can be cached. */
  lookup(bytes: number): number;
  /** The scratch holds URLs, a line each: the answer is a line for each, empty when it is not cached. */
  lookupBatch(bytes: number): number;
  /** The scratch holds local paths, a line each: the answer is a '1' for each that some entry has, else
   *  a '0'. Looks through all entries, once. */
  knownPaths(bytes: number): number;
  /** Adds or replaces one entry, as an answer of `POST prefetch` tells it. False: not a valid entry. */
  put(entry: ManifestEntry): boolean;
  /** True if there was one. */
  remove(s3Url: string): boolean;
  /** Gives how many were removed. */
  removeActor(actorId: string): number;
  clear(): void;
  /** The cache key of a URL; empty when it is not one that can be cached. */
  cacheKey(s3Url: string): string;
  /** What a browser can load: s3:// becomes https, any other URL stays as it is. */
  fetchUrl(s3Url: string): string;
  /** For a picture that comes without an actor id: the folder that holds it in its bucket, or "default". */
  defaultActorId(s3Url: string): string;
  totals(): Totals;
  actorTotals(actorId: string): Totals;
  /** What serverRevision() counts in: 16 hexadecimal digits; empty when nobody has told it. */
  epoch(): string;
  /** The server's revision that this has been brought to. */
  serverRevision(): number;
  /** Grows with every change in this module; not the server's revision. */
  revision(): number;
  delete(): void;
}

/** shared/prefetch/prefetch_types.h says what each is and what it is when it is left out. */
export interface PrefetchOptions {
  pauseBetweenActorsMs?: number;
  /** Before each batch that is not of high priority, while nobody looks at the page. */
  hiddenPauseMs?: number;
  maxAttempts?: number;
  firstRetryDelayMs?: number;
  maxRetryDelayMs?: number;
  batchImages?: number;
  /** In place of `batchImages` where the network is slow. */
  slowBatchImages?: number;
  batchesPerActor?: number;
  maxBatches?: number;
  maxFinishedActors?: number;
}

export interface PrefetchConditions {
  /** Nothing starts, and what fails has not been tried. */
  offline?: boolean;
  /** Only what is open or visible. */
  saveData?: boolean;
  /** One small batch at a time. */
  slow?: boolean;
  /** Nobody looks: longer pauses, nothing of low priority. */
  hidden?: boolean;
}

export interface PrefetchBatch {
  id: number;
  actorId: string;
  priority: Priority;
  images: PrefetchImage[];
}

export type PrefetchStep =
  | { kind: 'start'; batch: PrefetchBatch }
  /** The queue has forgotten this batch, or taken its images back. */
  | { kind: 'abort'; batchId: number }
  | { kind: 'wait'; waitMs: number }
  | { kind: 'idle' };

export type PrefetchOutcome = 'cached' | 'already_cached' | 'retry' | 'failed';

export interface PrefetchResult {
  s3_url: string;
  outcome: PrefetchOutcome;
  bytes: number;
}

/** `total`, `completed`, `failed` and `cancelled` count actors. */
export interface PrefetchProgress {
  total: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Without those that were cancelled. */
  imagesTotal: number;
  imagesCompleted: number;
  imagesFailed: number;
  /** Of the completed: those that were cached already. */
  imagesSkipped: number;
  imagesCancelled: number;
  bytes: number;
  current: string | null;
  paused: boolean;
  /** Lately, while anything ran; 0: not known yet. */
  bytesPerSecond: number;
  /** For all that waits and runs; null while that cannot be told. */
  msLeft: number | null;
}

/** An actor of which something waits or runs. */
export interface QueuedActor {
  actorId: string;
  priority: Priority;
  imagesLeft: number;
  /** Visible ones are among what is ready to start. */
  hasVisible: boolean;
  /** Why nothing more of it starts now; shared/prefetch/prefetch_types.h says what each means. */
  hold: 'none' | 'turn' | 'retry' | 'paused' | 'offline' | 'data-saver' | 'hidden';
  /** For `retry`. */
  retryInMs: number;
}

/** shared/prefetch/prefetch_queue.h; `nowMs` is any clock that only goes forward. After every call but
 *  `progress`, `describe` and `isBusyWith`, `next` is to be called until it says "wait" or "idle". */
export interface PrefetchQueueHandle {
  /** Invalid URLs are left out; gives how many of the images were. An invalid actor id is refused (-1).
   *  Images that are `cached` are counted and not fetched. */
  enqueue(
    actorId: string,
    images: (PrefetchImage & { cached?: boolean })[],
    priority: Priority,
  ): number;
  /** To high priority, before all others. */
  open(actorId: string): void;
  /** To low priority; what runs of it is aborted when something higher could start. */
  leave(actorId: string): void;
  /** Visible images go before the others of their actor. Images that the queue does not have are ignored. */
  setVisible(actorId: string, s3Urls: string[], isVisible: boolean): void;
  next(nowMs: number): PrefetchStep;
  finish(batchId: number, results: PrefetchResult[], nowMs: number): void;
  pause(): void;
  resume(): void;
  /** What is left out does not hold. */
  setConditions(conditions: PrefetchConditions): void;
  cancel(actorId: string): void;
  cancelAll(): void;
  progress(): PrefetchProgress;
  /** What runs, then what waits, in the order in which it would start: `limit` actors at most. */
  describe(limit: number): QueuedActor[];
  /** Whether anything of this actor waits, for a retry too, or runs. */
  isBusyWith(actorId: string): boolean;
  delete(): void;
}

export interface ImageCacheModule {
  readonly HEAPU8: Uint8Array;
  Manifest: new () => ManifestHandle;
  /** The queue makes its keys with the addressing of `manifest`, which must outlive it. */
  PrefetchQueue: new (manifest: ManifestHandle, options: PrefetchOptions) => PrefetchQueueHandle;
  version(): string;
}

export interface ModuleOptions {
  wasmBinary?: ArrayBuffer | Uint8Array;
  instantiateWasm?: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ) => object;
}

declare const createModule: (options?: ModuleOptions) => Promise<ImageCacheModule>;
export default createModule;
