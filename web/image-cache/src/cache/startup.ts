// Brings the module and the manifest to the page, side by side, once, when first needed.
import { loadModule } from '../module/load-module.js';
import { ManifestView } from '../module/manifest-view.js';
import type { Settings } from '../options.js';
import type { Feed } from '../sync/feed.js';
import type { SnapshotKeeper } from '../sync/snapshot-keeper.js';
import type { BrowserTabs } from '../tabs/tab-group.js';
import type { LocalManifest } from './local-manifest.js';
import type { ManifestSync } from './manifest-sync.js';
import type { Warn } from './warn-once.js';

/** no-server: nothing is cached as far as this page knows, until the server answers.
 *  no-module: WebAssembly is blocked or its file missing; every picture comes from S3. */
export type Availability = 'ready' | 'no-server' | 'no-module';

export interface StartupParts {
  settings: Settings;
  local: LocalManifest;
  sync: ManifestSync;
  feed: Feed;
  keeper: SnapshotKeeper;
  tabs: BrowserTabs;
  warn: Warn;
}

export class Startup {
  readonly #parts: StartupParts;
  #promise: Promise<Availability> | undefined;
  #isWaitOver = false;

  constructor(parts: StartupParts) {
    this.#parts = parts;
  }

  /** Pictures need not wait any more: everything is there, or failed, or took too long. */
  get isWaitOver(): boolean {
    return this.#isWaitOver;
  }

  /** Never rejects. */
  start(): Promise<Availability> {
    this.#promise ??= this.#run();
    return this.#promise;
  }

  /** From now on the page hears of every change. Idempotent; a page with a document does it by itself. */
  follow(): void {
    void this.start().then((availability) => {
      if (availability !== 'no-module') this.#parts.feed.start();
    });
  }

  async #run(): Promise<Availability> {
    const { settings, sync, tabs, feed, keeper } = this.#parts;
    const hasPage = typeof document !== 'undefined';
    if (hasPage) keeper.start();
    tabs.join();
    const timer = setTimeout(() => {
      this.#endWait();
    }, settings.moduleDeadlineMs);
    const result = await this.#load();
    const end = (): void => {
      clearTimeout(timer);
      this.#endWait();
    };
    // A manifest that was kept may not know the newest pictures: those wait for the server, too.
    if (result === 'ready' && sync.running) void sync.running.then(end);
    else end();
    if (hasPage && result !== 'no-module') feed.start();
    return result;
  }

  async #load(): Promise<Availability> {
    const { settings, local, sync, warn } = this.#parts;
    const module = loadModule(settings.wasm, settings.fetch).then((loaded) => {
      local.view = new ManifestView(loaded);
    });
    const manifest = sync.start(module);
    try {
      await module;
    } catch (error) {
      warn('module', 'WebAssembly is not available; pictures come from S3.', error);
      return 'no-module';
    }
    return (await manifest) ? 'ready' : 'no-server';
  }

  #endWait(): void {
    if (this.#isWaitOver) return;
    this.#isWaitOver = true;
    this.#parts.local.changed.emit();
  }
}
