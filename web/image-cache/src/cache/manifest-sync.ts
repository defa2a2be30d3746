// Brings the page's manifest to where the server's is.
//
//   unknown ──▶ kept       what the last visit left in IndexedDB: pictures have their addresses from it
//      └───────▶ current ◀── ?since=REVISION; the whole manifest, when that is not enough
//                   ▲└──▶ following   the server tells every change as it happens (sync/feed.ts)
//                   └──────────┘      a gap, another epoch, or the server was away
//
// Every answer and every message says which revision it leads to, and the module refuses what is older than
// what it has. So nothing here keeps count: what comes is handed on, and what does not fit is a reason to ask.
// What the page itself removes or adds comes back the same way, and cannot be undone by an older answer.
import type { CacheServer } from '../server/cache-server.js';
import type { Settings } from '../options.js';
import { loadKept, snapshotKey } from '../sync/kept-snapshot.js';
import type { LocalManifest } from './local-manifest.js';
import type { Warn } from './warn-once.js';

/** A million entries take a tenth of it. Pictures do not wait so long, and S3 shows them meanwhile. */
const KEPT_WITHIN_MS = 1000;

export interface ManifestSyncParts {
  settings: Settings;
  server: CacheServer;
  local: LocalManifest;
  warn: Warn;
}

export class ManifestSync {
  /** Set by whoever tells other tabs: gets the text of every answer that brought something new. */
  told: ((text: string) => void) | undefined;
  /** Set by whoever keeps it: gets every whole snapshot as the server has sent it. */
  loaded: ((bytes: Uint8Array<ArrayBuffer>) => void) | undefined;
  /** How many requests in a row have failed. */
  failures = 0;
  readonly #parts: ManifestSyncParts;
  #module: Promise<unknown> | undefined;
  #running: Promise<boolean> | undefined;
  #next: Promise<boolean> | undefined;

  constructor(parts: ManifestSyncParts) {
    this.#parts = parts;
  }

  /** `module` resolves when `local.view` is there. Resolves with whether a manifest is there too; one that was
   *  kept is enough, and is caught up with the server's meanwhile. Never rejects. */
  async start(module: Promise<unknown>): Promise<boolean> {
    this.#module = module;
    return (await this.#loadKept(module).catch(() => false)) || this.refresh();
  }

  /** Asks what has changed, and resolves when the page knows everything that the server knew when this was
   *  called. Callers who wait at the same time share a request. False: no answer, no module, not started. */
  refresh(): Promise<boolean> {
    if (this.#module === undefined) return Promise.resolve(false);
    if (this.#running !== undefined) {
      // What is on its way may be older than what the caller has just done.
      return (this.#next ??= this.#running.then(() => {
        this.#next = undefined;
        return this.refresh();
      }));
    }
    return (this.#running = this.#refresh(this.#module).finally(() => (this.#running = undefined)));
  }

  /** The request that is under way, and what refresh() gives for it. Never rejects. */
  get running(): Promise<boolean> | undefined {
    return this.#running;
  }

  async #loadKept(module: Promise<unknown>): Promise<boolean> {
    const { local, settings } = this.#parts;
    const kept = await inTime(loadKept(snapshotKey(settings.baseUrl)), KEPT_WITHIN_MS);
    if (kept === undefined) return false;
    await module;
    if (!(await local.load(new Uint8Array(kept.bytes), 'snapshot'))) return false;
    local.keptRevision = local.view?.handle.revision();
    local.keptServerRevision = local.view?.handle.serverRevision();
    void this.refresh();
    return true;
  }

  async #refresh(module: Promise<unknown>): Promise<boolean> {
    try {
      if (!(await this.#takeChanges())) await this.#takeAll(module);
      this.failures = 0;
      return true;
    } catch (error) {
      this.failures += 1;
      const hasModule = await module.then(
        () => true,
        () => false,
      );
      if (hasModule) {
        this.#parts.warn(
          'server',
          'the cache server does not answer; pictures come from S3.',
          error,
        );
      }
      return false;
    }
  }

  /** False: the whole manifest is needed. */
  async #takeChanges(): Promise<boolean> {
    const { local, server } = this.#parts;
    const handle = local.view?.handle;
    if (!local.isKnown || handle === undefined || handle.epoch() === '') return false;
    const before = handle.serverRevision();
    const text = await server.changesSince(before, handle.epoch());
    const isEnough = local.apply(text) >= 0;
    if (!isEnough || handle.serverRevision() !== before) this.told?.(text);
    return isEnough;
  }

  async #takeAll(module: Promise<unknown>): Promise<void> {
    const { local, server } = this.#parts;
    // The request goes out before the module is there to take the answer.
    const [{ bytes, form }] = await Promise.all([server.manifest(), module]);
    if (await local.load(bytes, form)) {
      if (form === 'snapshot') this.loaded?.(bytes);
      return;
    }
    const json = form === 'snapshot' && (await server.manifest('json'));
    if (!json || !(await local.load(json.bytes, 'json')))
      throw new Error('the manifest is not one');
  }
}

/** Undefined when it takes longer: a disk that hangs must not hold up what the server could tell. */
function inTime<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    void work.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
