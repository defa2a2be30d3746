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
    const length = this.handle.lookup(this.give(s3Url));
    return length > 0 ? this.#decoder.decode(this.answer(length)) : null;
  }

  /** Replaces everything. Gives the entries there are then; negative: refused (see the handle). */
  loadSnapshot(bytes: Uint8Array): number {
    return this.handle.loadSnapshot(this.#giveBytes(bytes));
  }

  /** The same with JSON. */
  loadJson(json: Uint8Array): number {
    return this.handle.loadJson(this.#giveBytes(json));
  }

  /** An answer of ?since= or a "changes" message. Negative: not applied (see the handle). */
  applyChanges(text: string): number {
    return this.handle.applyChanges(this.give(text));
  }

  /** All of it, to be kept: a copy. */
  snapshot(): Uint8Array<ArrayBuffer> {
    const length = this.handle.writeSnapshot();
    return this.answer(length).slice();
  }

  /** Puts text into the scratch, for a call of the handle. Gives its bytes. */
  give(text: string): number {
    const room = 3 * text.length; // UTF-8 takes at most three bytes for a UTF-16 unit
    return this.#encoder.encodeInto(text, this.#at(this.handle.reserve(room), room)).written;
  }

  #giveBytes(bytes: Uint8Array): number {
    this.#at(this.handle.reserve(bytes.length), bytes.length).set(bytes);
    return bytes.length;
  }

  /** What a call of the handle has left in the scratch: until the next one. */
  answer(length: number): Uint8Array<ArrayBuffer> {
    return this.#at(this.handle.reserve(0), length);
  }

  // Made anew each time: every call of the module may move the scratch, or the whole memory.
  #at(address: number, length: number): Uint8Array<ArrayBuffer> {
    return this.module.HEAPU8.subarray(address, address + length) as Uint8Array<ArrayBuffer>;
  }
}
