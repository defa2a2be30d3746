// The module's manifest in JavaScript's terms: whole strings and bytes in, a path or nothing out.
//
// Lookups happen at every render, so Embind converts no string for them: a URL goes over as UTF-8 in
// the module's scratch buffer and the path comes back the same way.
import type { ImageCacheModule, ManifestHandle } from './generated/image_cache.js';

export class ManifestView {
  readonly module: ImageCacheModule;
  readonly handle: ManifestHandle;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  constructor(module: ImageCacheModule) {
    this.module = module;
    this.handle = new module.Manifest();
  }

  /** The picture's local path; null when it is not cached. */
  lookup(s3Url: string): string | null {
    const room = 3 * s3Url.length; // UTF-8 takes at most three bytes for a UTF-16 unit
    const { written } = this.#encoder.encodeInto(s3Url, this.#scratch(room));
    const length = this.handle.lookup(written);
    return length > 0 ? this.#decoder.decode(this.#scratch(length)) : null;
  }

  /** Replaces everything. False: the JSON was refused and nothing changed. */
  load(json: Uint8Array): boolean {
    this.#scratch(json.length).set(json);
    return this.handle.load(json.length) >= 0;
  }

  /** Replaces what is known of one actor. False: the JSON was refused and nothing changed. */
  loadActor(actorId: string, json: Uint8Array): boolean {
    this.#scratch(json.length).set(json);
    return this.handle.loadActor(actorId, json.length) >= 0;
  }

  // Made anew each time: every call of the module may move the scratch, or the whole memory.
  #scratch(bytes: number): Uint8Array {
    const address = this.handle.reserve(bytes);
    return this.module.HEAPU8.subarray(address, address + bytes);
  }
}
