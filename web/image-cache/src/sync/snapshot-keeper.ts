// Writes what the page knows to IndexedDB, for the next visit: by the leading tab only, when the browser is
// idle, soon after the first change and then at most once a minute; and when nobody looks any more, if that
// is quick. Not when the page is left: nothing that has to be waited for is done then.
//
// A small manifest is written as it is. Writing a large one anew would hold up the page, so it is kept as the
// server sent it, and the next visit asks for what has changed since; when that is much, the server is asked for
// another one.
import type { LocalManifest } from '../cache/local-manifest.js';
import type { ManifestSync } from '../cache/manifest-sync.js';
import type { ManifestView } from '../module/manifest-view.js';
import type { CacheServer } from '../server/cache-server.js';
import type { PageLife } from '../tabs/page-life.js';
import type { TabGroup } from '../tabs/tab-group.js';
import { keptOf, type KeptSnapshot, saveKept } from './kept-snapshot.js';

const FIRST_SAVE_MS = 500;
const SAVE_EVERY_MS = 60_000;
/** Half a megabyte: written within a few milliseconds. */
const MAX_SMALL_ENTRIES = 20_000;
/** Changes that a visit may begin with; some milliseconds for a thousand. */
const MAX_REVISIONS_BEHIND = 2000;

export interface SnapshotKeeperParts {
  server: CacheServer;
  sync: ManifestSync;
  local: LocalManifest;
  tabs: TabGroup;
  page: PageLife;
  key: () => string;
}

export class SnapshotKeeper {
  readonly #parts: SnapshotKeeperParts;
  #pauseMs = FIRST_SAVE_MS;
  #isDue = false;
  /** A large one as the server has sent it, until it is kept. */
  #unkept: KeptSnapshot | undefined;

  constructor(parts: SnapshotKeeperParts) {
    this.#parts = parts;
  }

  /** Before the manifest is loaded. */
  start(): void {
    const { local, page, sync } = this.#parts;
    sync.loaded = (bytes) => {
      if (local.view && !this.#isSmall()) this.#unkept = keptOf(local.view, bytes);
    };
    local.changed.subscribe(() => {
      this.#saveLater();
    });
    page.listen((moment) => {
      if (moment === 'hidden' && this.#isSmall()) void this.#save();
    });
  }

  #saveLater(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      whenIdle(() => {
        this.#isDue = false;
        void this.#save();
      });
    }, this.#pauseMs);
  }

  #isSmall(): boolean {
    return (this.#parts.local.view?.handle.totals().entries ?? 0) <= MAX_SMALL_ENTRIES;
  }

  async #save(): Promise<void> {
    const { local, tabs, key } = this.#parts;
    const { view } = local;
    const unkept = this.#unkept;
    this.#unkept = undefined;
    if (view === undefined || !local.isKnown || !tabs.isLeader) return;
    const revision = view.handle.revision();
    if (revision === local.keptRevision) return;
    this.#pauseMs = SAVE_EVERY_MS;
    const snapshot = this.#isSmall()
      ? keptOf(view, view.snapshot())
      : (unkept ?? (await this.#another(view)));
    if (snapshot === undefined) return;
    local.keptRevision = revision;
    local.keptServerRevision = snapshot.revision;
    await saveKept(key(), snapshot);
  }

  /** The server's newest, unless what is kept is good enough. */
  async #another(view: ManifestView): Promise<KeptSnapshot | undefined> {
    const { local, server } = this.#parts;
    const revision = view.handle.serverRevision(); // or a later one, by the time it comes
    if (revision - (local.keptServerRevision ?? -Infinity) < MAX_REVISIONS_BEHIND) return undefined;
    const answer = await server.manifest().catch(() => undefined);
    if (answer?.form !== 'snapshot') return undefined;
    return { ...keptOf(view, answer.bytes), revision };
  }
}

function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: 5000 });
  else work();
}
