// One picture on the page: which src it shows, from its first render to its last. A small store of its
// own, without React: snapshot() says the src, watch() tells when to ask again.
//
//   waiting ─▶ S3 ─▶ local     until it has loaded: then its src stays as it is
//      └─────▶ local ─▶ S3     when the local copy is broken; once
import type { Demand, PictureHints } from '../prefetch/demand.js';
import type { ImageCache } from './image-cache.js';

export interface PictureParts {
  imageCache: ImageCache;
  demand: Demand;
}

export class Picture {
  readonly #parts: PictureParts;
  readonly #s3Url: string;
  #src: string | undefined;
  #isLocal = false;
  #isLoaded = false;
  #isLocalBroken = false;
  #hasFailed = false;
  #wasRenderedByServer = false;
  #changed: (() => void) | undefined;
  #hints: PictureHints = {};

  constructor(parts: PictureParts, s3Url: string) {
    this.#parts = parts;
    this.#s3Url = s3Url;
  }

  /** False: this is another picture. A new signature is the same one, unless the old one failed. */
  isOf(parts: PictureParts, s3Url: string): boolean {
    if (parts !== this.#parts) return false;
    if (s3Url === this.#s3Url) return true;
    return !this.#hasFailed && parts.imageCache.isSamePicture(s3Url, this.#s3Url);
  }

  /** Undefined while it is not yet known whether it is cached: no request is made then. */
  readonly snapshot = (): string | undefined => {
    if (this.#isLoaded || this.#isLocalBroken) return this.#src;
    const found = this.#parts.imageCache.peek(this.#s3Url);
    if (found.status !== 'pending') {
      this.#src = found.src;
      this.#isLocal = found.status === 'cached';
    }
    return this.#src;
  };

  /** While rendering on a server and while hydrating what came from there. */
  readonly serverSnapshot = (): string => {
    this.#wasRenderedByServer = true;
    this.#src ??= this.#parts.imageCache.remoteUrl(this.#s3Url);
    return this.#src;
  };

  watch(changed: () => void, hints: PictureHints): () => void {
    const unsubscribe = this.#parts.imageCache.subscribe(changed);
    this.#changed = changed;
    this.#hints = hints;
    if (!this.#isLocal) this.#parts.demand.ask(this.#s3Url, hints);
    return () => {
      unsubscribe();
      this.#changed = undefined;
    };
  }

  /** A picture from the server's HTML may have loaded before anybody listened. */
  attach(image: HTMLImageElement): void {
    if (this.#wasRenderedByServer && image.complete && image.naturalWidth > 0)
      this.#isLoaded = true;
  }

  loaded(): void {
    this.#isLoaded = true;
    this.#hasFailed = false;
  }

  /** True when the failure is repaired here, by turning to S3, and nobody needs to hear of it. */
  failed(): boolean {
    const { imageCache, demand } = this.#parts;
    if (!this.#isLocal) {
      this.#hasFailed = true;
      return false;
    }
    this.#isLocal = false;
    this.#isLocalBroken = true;
    this.#isLoaded = false;
    this.#src = imageCache.remoteUrl(this.#s3Url);
    this.#changed?.();
    // What the page believes is not so: it asks, and has the picture fetched again if it is gone.
    void imageCache.refresh().then((hasAnswered) => {
      if (hasAnswered) demand.ask(this.#s3Url, this.#hints);
    });
    return true;
  }
}
