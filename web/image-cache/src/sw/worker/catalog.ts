// Which picture an S3 address is: the page's own module and manifest, in the worker.
//
// The manifest comes from IndexedDB, where page or worker left it, then from the server. From then on a page that
// follows the server tells the changes; where no page does, the worker asks, while pictures are asked for.
import { knownPaths } from '../../module/known-paths.js';
import { LocalManifest } from '../../cache/local-manifest.js';
import { ManifestSync } from '../../cache/manifest-sync.js';
import { ManifestView } from '../../module/manifest-view.js';
import { loadModule, type WasmSource } from '../../module/load-module.js';
import { type Settings, settingsFrom } from '../../options.js';
import { CacheServer } from '../../server/cache-server.js';
import { saveKept, snapshotKey } from '../../sync/kept-snapshot.js';
import { tabGroupName } from '../../tabs/tab-group.js';
import { within } from './network.js';
import { removalsOf } from './removals.js';

/** What the leading tab passes on (sync/feed.ts). */
interface TabEvent {
  type: string;
  text: string;
}

const KEPT_WITHIN_MS = 5000;
/** What is older is asked about before a picture is taken for cached. */
const CURRENT_FOR_MS = 500;
/** A server that does not answer must not hold up a picture. */
const ANSWER_WITHIN_MS = 500;
const SAVE_EVERY_MS = 60_000;

export interface CatalogParts {
  baseUrl: string;
  wasm: () => Promise<WasmSource>;
  /** These pictures are not to be shown any more. */
  removed: (localPaths: string[]) => void;
  /** Whatever is kept and `isKnown` denies is not either. */
  sweep: (isKnown: (localPaths: string[]) => boolean[]) => void;
}

export class Catalog {
  readonly #parts: CatalogParts;
  readonly #settings: Settings;
  readonly #local = new LocalManifest();
  readonly #sync: ManifestSync;
  #starting: Promise<void> | undefined;
  #isUsable: boolean | undefined;
  /** More may be gone than was told by name; at first what went while no worker was there to hear of it. */
  #mustSweep = true;
  #askedAt = -Infinity;
  #asking: Promise<unknown> | undefined;
  #savedAt = 0;

  constructor(parts: CatalogParts) {
    this.#parts = parts;
    const settings = settingsFrom({ baseUrl: parts.baseUrl, moduleDeadlineMs: KEPT_WITHIN_MS });
    const server = new CacheServer(settings);
    this.#settings = settings;
    this.#sync = new ManifestSync({ settings, server, local: this.#local, warn: () => undefined });
    this.#sync.told = (text) => {
      this.#note(text);
    };
    const channel = new BroadcastChannel(tabGroupName(settings.baseUrl));
    channel.onmessage = ({ data }: MessageEvent<{ message?: Partial<TabEvent> } | undefined>) => {
      const { type, text } = data?.message ?? {};
      if (type === 'server-event' && typeof text === 'string') this.#hear(text);
    };
  }

  /** Undefined until start() has ended; false: there is no module or no manifest. */
  get isUsable(): boolean | undefined {
    return this.#isUsable;
  }

  /** Null: not cached, as far as the worker knows. */
  lookup(s3Url: string): string | null {
    return this.#local.view?.lookup(s3Url) ?? null;
  }

  /** The whole manifest in its compact form. */
  snapshot(): Uint8Array<ArrayBuffer> | undefined {
    return this.#local.isKnown ? this.#local.view?.snapshot() : undefined;
  }

  /** Idempotent; never rejects. */
  start(): Promise<void> {
    return (this.#starting ??= this.#start());
  }

  /** Whether a lookup can be relied upon: what has changed was asked or told a moment ago. */
  get isCurrent(): boolean {
    return this.#isUsable !== undefined && performance.now() - this.#askedAt < CURRENT_FOR_MS;
  }

  /** Brings the manifest to where the server's is, or to where it can be brought. Never rejects. */
  async follow(): Promise<void> {
    await this.start();
    if (!this.isCurrent) this.#asking = within(ANSWER_WITHIN_MS, this.refresh());
    await this.#asking;
  }

  /** Asks what has changed. Never rejects. */
  async refresh(): Promise<void> {
    this.#askedAt = performance.now();
    const handle = this.#local.view?.handle;
    if (handle?.epoch() === '') this.#mustSweep = true; // a server that cannot tell changes
    const isCurrent = handle !== undefined && (await this.#sync.refresh());
    if (isCurrent) this.#settle();
    this.#isUsable = this.#local.isKnown;
  }

  async #start(): Promise<void> {
    try {
      const module = this.#load();
      await module;
      const isKnown = await this.#sync.start(module);
      // What was kept is caught up with the server's meanwhile.
      const catchingUp = this.#sync.running;
      if (catchingUp !== undefined) {
        void catchingUp.then((isCurrent) => {
          if (isCurrent) this.#settle();
        });
      } else if (isKnown) {
        this.#askedAt = performance.now();
        this.#settle();
      }
    } catch {
      // No WebAssembly here.
    }
    this.#isUsable = this.#local.isKnown;
  }

  async #load(): Promise<void> {
    const module = await loadModule(await this.#parts.wasm(), this.#settings.fetch);
    this.#local.view = new ManifestView(module);
  }

  /** A page passes on what the server has told it. */
  #hear(text: string): void {
    this.#askedAt = performance.now();
    this.#savedAt = Date.now(); // so do pages keep the snapshot
    if (!this.#local.isKnown) {
      this.#note(text);
      void this.#starting?.then(() => this.refresh()); // what is on its way may be older
      return;
    }
    const result = this.#local.apply(text);
    if (result < -1) void this.refresh();
    if (result < 0) return;
    this.#note(text);
    this.#settle();
  }

  #note(text: string): void {
    const { paths, isSweeping } = removalsOf(text);
    this.#mustSweep ||= isSweeping;
    if (paths.length > 0) this.#parts.removed(paths);
  }

  /** The manifest is current. */
  #settle(): void {
    const { view } = this.#local;
    if (view === undefined || !this.#local.isKnown) return;
    if (this.#mustSweep) this.#parts.sweep((localPaths) => knownPaths(view, localPaths));
    this.#mustSweep = false;
    const revision = view.handle.revision();
    if (revision === this.#local.keptRevision || Date.now() - this.#savedAt < SAVE_EVERY_MS) return;
    this.#local.keptRevision = revision;
    this.#savedAt = Date.now();
    void saveKept(snapshotKey(this.#settings.baseUrl), {
      bytes: view.snapshot().buffer,
      epoch: view.handle.epoch(),
      revision: view.handle.serverRevision(),
      savedAt: this.#savedAt,
    });
  }
}
