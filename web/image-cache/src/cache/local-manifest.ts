// The manifest in this page: the module's copy, which changes only by what the server tells.
import type { ManifestView } from '../module/manifest-view.js';
import { Emitter } from './emitter.js';

const ONE_TASK_BYTES = 1 << 20;

export class LocalManifest {
  readonly changed = new Emitter();
  /** Undefined until the module has been loaded. */
  view: ManifestView | undefined;
  /** A manifest has been loaded: the server's, or what the last visit has kept of it. */
  isKnown = false;
  /** The module's revision when it held what is in IndexedDB. */
  keptRevision: number | undefined;
  /** The server's revision of that. */
  keptServerRevision: number | undefined;

  isCached(s3Url: string): boolean {
    return this.view !== undefined && this.view.lookup(s3Url) !== null;
  }

  /** A whole manifest. False: it is not one, or of a newer format, and nothing has changed. */
  async load(bytes: Uint8Array, form: 'snapshot' | 'json'): Promise<boolean> {
    const { view } = this;
    if (bytes.length > ONE_TASK_BYTES) {
      // Where it came from, making room for it, and reading it: each takes a while.
      await anotherTask();
      view?.handle.reserve(bytes.length);
      await anotherTask();
    }
    const entries = (form === 'snapshot' ? view?.loadSnapshot(bytes) : view?.loadJson(bytes)) ?? -1;
    if (entries < 0) return false;
    this.isKnown = true;
    this.changed.emit();
    return true;
  }

  /** Changes as the server tells them. Gives what the module says: below 0 they were not applied. */
  apply(text: string): number {
    const before = this.view?.handle.revision();
    const result = this.view?.applyChanges(text) ?? -1;
    if (this.view?.handle.revision() !== before) this.changed.emit();
    return result;
  }
}

const anotherTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
