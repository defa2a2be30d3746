// One picture on the page: which src it shows, from its first render to its last. A small store of its
// own, without React: snapshot() says what to show, watch() tells when to ask again.
//
//   waiting ─▶ S3 ─▶ local     until it has loaded: then its src stays, but for a newer local copy
//      └─────▶ local ─▶ S3     when the local copy is broken; once
//
// S3 that fails is tried again as often as the application wants; while it waits it may still become local.
import type { Demand, PictureHints } from '../prefetch/demand.js';
import type { ImageCache } from './image-cache.js';
import { type Pictures, picturesOf } from './pictures.js';

export interface PictureParts {
  imageCache: ImageCache;
  demand: Demand;
}

export interface Shown {
  /** Undefined while it is not yet known whether it is cached: no request is made then. */
  readonly src: string | undefined;
  /** It was found not to be cached, and nothing of it has loaded since. */
  readonly isMissing: boolean;
}

/** How often S3 is tried again, and how long before the first time; the wait doubles each time. */
export interface Retry {
  attempts: number;
  delayMs: number;
}

const UNKNOWN: Shown = { src: undefined, isMissing: false };
const MAX_RETRY_DELAY_MS = 30_000;

export class Picture {
  readonly s3Url: string;
  readonly #parts: PictureParts;
  readonly #page: Pictures;
  #shown = UNKNOWN;
  #isLocal = false;
  #isLoaded = false;
  #isLocalBroken = false;
  #hasFailed = false;
  #wasRenderedByServer = false;
  #element: HTMLImageElement | null = null;
  #hints: PictureHints = {};
  #retries = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #sinceMs = 0;

  constructor(parts: PictureParts, s3Url: string) {
    this.#parts = parts;
    this.#page = picturesOf(parts);
    this.s3Url = s3Url;
  }

  /** When its src was decided: what the browser has timed before belongs to another element. 0: by HTML. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  get isLocal(): boolean {
    return this.#isLocal;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  get element(): HTMLImageElement | null {
    return this.#element;
  }

  /** False: this is another picture. A new signature is the same one, unless the old one failed. */
  isOf(parts: PictureParts, s3Url: string): boolean {
    if (parts !== this.#parts) return false;
    if (s3Url === this.s3Url) return true;
    return !this.#hasFailed && parts.imageCache.isSamePicture(s3Url, this.s3Url);
  }

  /** The same object until something else is to be shown. */
  readonly snapshot = (): Shown => {
    if (this.#isLocalBroken || (this.#isLoaded && !this.#isLocal)) return this.#shown;
    const found = this.#parts.imageCache.peek(this.s3Url);
    const isCached = found.status === 'cached';
    // What has loaded stays, but for a local copy that another one has replaced: it has changed in S3.
    if (found.status !== 'pending' && (isCached || !this.#isLoaded))
      this.#show(found.src, isCached);
    return this.#shown;
  };

  /** While rendering on a server and while hydrating what came from there. */
  readonly serverSnapshot = (): Shown => {
    this.#wasRenderedByServer = true;
    // Not missing, for all that is known: a cached picture must not begin with a placeholder.
    if (this.#shown.src === undefined)
      this.#shown = { src: this.#parts.imageCache.remoteUrl(this.s3Url), isMissing: false };
    return this.#shown;
  };

  watch(changed: () => void, hints: PictureHints): () => void {
    this.#hints = hints;
    const leave = this.#page.join(this, changed);
    if (!this.#isLocal) this.#parts.demand.ask(this.s3Url, hints);
    return () => {
      leave();
      clearTimeout(this.#retryTimer);
      this.#parts.demand.leave(this.s3Url);
    };
  }

  /** The element that shows it, or null when that goes. */
  attach(element: HTMLImageElement | null): void {
    if (this.#element !== null) this.#page.unobserve(this.#element);
    this.#element = element;
    if (element === null) return;
    if (this.#wasRenderedByServer) this.#hearOfThePast(element);
    if (!this.#isLocal) this.#page.observe(element, this.s3Url);
  }

  /** A picture of the server's HTML may have loaded or failed before anybody listened: who listens now
   *  is told. */
  #hearOfThePast(element: HTMLImageElement): void {
    this.#wasRenderedByServer = false;
    const { src } = this.#shown;
    if (!element.complete) return;
    this.#isLoaded = element.naturalWidth > 0;
    const event = new Event(this.#isLoaded ? 'load' : 'error');
    queueMicrotask(() => {
      if (src === this.#shown.src) element.dispatchEvent(event);
    });
  }

  loaded(): void {
    this.#isLoaded = true;
    this.#hasFailed = false;
    this.#retries = 0;
    clearTimeout(this.#retryTimer);
    if (this.#shown.isMissing) {
      this.#shown = { ...this.#shown, isMissing: false };
      this.#page.tell(this);
    }
    this.#page.changed.emit();
  }

  /** True when the failure is repaired here, by turning to S3 or trying it again, and nobody needs to
   *  hear of it yet. */
  failed(image: HTMLImageElement, retry: Retry): boolean {
    this.#isLoaded = false;
    if (!this.#isLocal || isOfSrcSet(image)) {
      if (this.#isUnknown) {
        this.#tellLater(image);
        return true;
      }
      this.#hasFailed = true;
      this.#page.changed.emit();
      return this.#tryAgain(image, retry);
    }
    const { imageCache, demand } = this.#parts;
    this.#isLocalBroken = true;
    this.#show(imageCache.remoteUrl(this.s3Url), false);
    this.#page.tell(this);
    // What the page believes is not so: it asks, and has the picture fetched again if it is gone.
    void imageCache.refresh().then((hasAnswered) => {
      if (hasAnswered) demand.ask(this.s3Url, this.#hints);
    });
    return true;
  }

  get #isUnknown(): boolean {
    return this.#parts.imageCache.peek(this.s3Url).status === 'pending';
  }

  /** S3 has failed a picture of the server's HTML before anybody knew whether there is a local copy: nobody
   *  needs to hear of it if there is one. */
  #tellLater(image: HTMLImageElement): void {
    const { imageCache } = this.#parts;
    const stop = imageCache.subscribe(() => {
      if (this.#isUnknown) return;
      stop();
      if (imageCache.peek(this.s3Url).status === 'not-cached' && image === this.#element)
        image.dispatchEvent(new Event('error'));
    });
  }

  #show(src: string, isLocal: boolean): void {
    const isMissing = !isLocal || this.#shown.isMissing;
    if (src === this.#shown.src && isMissing === this.#shown.isMissing) return;
    if (src !== this.#shown.src) this.#sinceMs = performance.now();
    this.#shown = { src, isMissing };
    this.#isLocal = isLocal;
    if (isLocal && this.#element !== null) this.#page.unobserve(this.#element);
  }

  #tryAgain(image: HTMLImageElement, { attempts, delayMs }: Retry): boolean {
    if (this.#retries >= attempts) return false;
    // Up to twice as long by chance, or a gallery that failed at once would come again at once.
    const wait = Math.min(delayMs * 2 ** this.#retries * (1 + Math.random()), MAX_RETRY_DELAY_MS);
    this.#retries += 1;
    this.#retryTimer = setTimeout(() => {
      const { src } = this.#shown;
      // The same src set again is loaded again (HTML, "update the image data").
      if (src !== undefined && !this.#isLocal) image.setAttribute('src', src);
    }, wait);
    return true;
  }
}

/** The browser has chosen one of the application's own candidates: src is not to blame. A smaller picture
 *  of the same address is ours. */
const isOfSrcSet = ({ srcset, currentSrc, src }: HTMLImageElement): boolean =>
  srcset !== '' && !currentSrc.startsWith(src);
