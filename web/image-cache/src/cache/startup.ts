// Brings the module and the manifest to the page, side by side, once, when first needed.
import { loadModule } from '../module/load-module.js';
import { ManifestView } from '../module/manifest-view.js';
import type { Settings } from '../options.js';
import type { BrowserTabs } from '../tabs/tab-group.js';
import type { LocalManifest } from './local-manifest.js';
import type { ManifestSync } from './manifest-sync.js';
import type { Warn } from './warn-once.js';

/** no-server: nothing is cached as far as this page knows, until the server answers.
 *  no-module: WebAssembly is blocked or its file missing; every picture comes from S3. */
export type Availability = 'ready' | 'no-server' | 'no-module';

export class Startup {
  readonly #settings: Settings;
  readonly #local: LocalManifest;
  readonly #sync: ManifestSync;
  readonly #tabs: BrowserTabs;
  readonly #warn: Warn;
  #promise: Promise<Availability> | undefined;
  #isWaitOver = false;

  constructor(parts: {
    settings: Settings;
    local: LocalManifest;
    sync: ManifestSync;
    tabs: BrowserTabs;
    warn: Warn;
  }) {
    this.#settings = parts.settings;
    this.#local = parts.local;
    this.#sync = parts.sync;
    this.#tabs = parts.tabs;
    this.#warn = parts.warn;
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

  async #run(): Promise<Availability> {
    this.#tabs.join();
    const timer = setTimeout(() => {
      this.#endWait();
    }, this.#settings.moduleDeadlineMs);
    const result = await this.#load();
    clearTimeout(timer);
    this.#endWait();
    return result;
  }

  async #load(): Promise<Availability> {
    const module = loadModule(this.#settings.wasm, this.#settings.fetch).then((loaded) => {
      this.#local.view = new ManifestView(loaded);
    });
    const manifest = this.#sync.refresh(module);
    try {
      await module;
    } catch (error) {
      this.#warn('module', 'WebAssembly is not available; pictures come from S3.', error);
      return 'no-module';
    }
    return (await manifest) ? 'ready' : 'no-server';
  }

  #endWait(): void {
    if (this.#isWaitOver) return;
    this.#isWaitOver = true;
    this.#local.changed.emit();
  }
}
