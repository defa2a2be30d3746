// Writes what the page knows to IndexedDB, for the next visit: by the leading tab only, when the browser is
// idle, soon after the first change and then at most once a minute; and when nobody looks any more, if that
// is quick. Not when the page is left: nothing that has to be waited for is done then.
import type { LocalManifest } from '../cache/local-manifest.js';
import type { PageLife } from '../tabs/page-life.js';
import type { TabGroup } from '../tabs/tab-group.js';
import { saveKept } from './kept-snapshot.js';

const FIRST_SAVE_MS = 500;
const SAVE_EVERY_MS = 60_000;
/** Half a megabyte: tabs are changed often. */
const MAX_ENTRIES_WHEN_HIDDEN = 20_000;

export interface SnapshotKeeperParts {
  local: LocalManifest;
  tabs: TabGroup;
  page: PageLife;
  key: () => string;
}

export class SnapshotKeeper {
  readonly #parts: SnapshotKeeperParts;
  #pauseMs = FIRST_SAVE_MS;
  #isDue = false;

  constructor(parts: SnapshotKeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    const { local, page } = this.#parts;
    local.changed.subscribe(() => {
      this.#saveLater();
    });
    page.listen((moment) => {
      const entries = local.view?.handle.totals().entries ?? 0;
      if (moment === 'hidden' && entries <= MAX_ENTRIES_WHEN_HIDDEN) this.#save();
    });
    this.#saveLater();
  }

  #saveLater(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      whenIdle(() => {
        this.#isDue = false;
        this.#save();
      });
    }, this.#pauseMs);
  }

  #save(): void {
    const { local, tabs, key } = this.#parts;
    const { view } = local;
    if (view === undefined || !local.isKnown || !tabs.isLeader) return;
    const revision = view.handle.revision();
    if (revision === local.keptRevision) return;
    local.keptRevision = revision;
    this.#pauseMs = SAVE_EVERY_MS;
    void saveKept(key(), {
      bytes: view.snapshot().buffer,
      epoch: view.handle.epoch(),
      revision: view.handle.serverRevision(),
      savedAt: Date.now(),
    });
  }
}

function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: 5000 });
  else work();
}
