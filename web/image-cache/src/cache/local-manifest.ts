// The manifest in this page: the module's copy, kept current by what the server answers.
//
// Whoever fetches something from the server and applies it later compares `changes` (or `removals`)
// before and after: an answer that is older than what the page knows by now must not undo it.
import type { PrefetchItem } from '../contract.js';
import type { ManifestView } from '../module/manifest-view.js';
import type { ManifestAnswer } from '../server/cache-server.js';
import { Emitter } from './emitter.js';

export class LocalManifest {
  readonly changed = new Emitter();
  /** Undefined until the module has been loaded. */
  view: ManifestView | undefined;
  /** The server's manifest has been loaded at least once. */
  isKnown = false;
  /** Of the server's manifest that this one equals; null when it has been changed since. */
  etag: string | null = null;
  /** How often content was changed here. */
  changes = 0;
  /** How often pictures were removed here. */
  removals = 0;

  isCached(s3Url: string): boolean {
    return this.view !== undefined && this.view.lookup(s3Url) !== null;
  }

  load({ etag, json }: ManifestAnswer): void {
    if (!this.view || this.view.loadJson(json) < 0) throw new Error('the manifest is not one');
    this.isKnown = true;
    this.#change(etag);
  }

  loadActor(actorId: string, json: Uint8Array): void {
    if (this.view?.loadActor(actorId, json) === true) this.#change(null);
  }

  /** What a prefetch brought; `filenameOf` gives the names that were asked for. */
  putAll(actorId: string, items: PrefetchItem[], filenameOf: (s3Url: string) => string): void {
    let added = 0;
    for (const item of items) {
      const { s3_url, local_path, size_bytes } = item;
      if (item.status === 'failed' || local_path === undefined) continue;
      if (this.view?.lookup(s3_url) === local_path) continue;
      const isPut = this.view?.handle.put({
        s3_url,
        local_path,
        cached_at: Date.now(),
        size_bytes: size_bytes ?? 0,
        actor_id: actorId,
        filename: filenameOf(s3_url),
        etag: '',
      });
      if (isPut === true) added += 1;
    }
    if (added > 0) this.#change(null);
  }

  remove(s3Url: string): void {
    this.view?.handle.remove(s3Url);
    this.#changeByRemoval();
  }

  removeActor(actorId: string): void {
    this.view?.handle.removeActor(actorId);
    this.#changeByRemoval();
  }

  clear(): void {
    this.view?.handle.clear();
    this.#changeByRemoval();
  }

  // Counts even when nothing was there to remove: what is being fetched may still hold it.
  #changeByRemoval(): void {
    this.removals += 1;
    this.#change(null);
  }

  #change(etag: string | null): void {
    this.etag = etag;
    this.changes += 1;
    this.changed.emit();
  }
}
