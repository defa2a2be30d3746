// All pictures that one client shows on this page: one subscription and one IntersectionObserver for
// them together, however many there are.
import { Emitter } from './emitter.js';
import type { Picture, PictureParts } from './picture.js';

/** Of the window's size: who scrolls finds pictures that were put first a little before. */
const NEAR = '20%';

export class Pictures {
  readonly #parts: PictureParts;
  readonly #members = new Map<Picture, () => void>();
  readonly #watched = new WeakMap<Element, string>();
  #observer: IntersectionObserver | undefined;
  #unsubscribe: (() => void) | undefined;
  /** One has joined, left, loaded or failed. For who looks on: the pictures themselves do not need it. */
  readonly changed = new Emitter();

  constructor(parts: PictureParts) {
    this.#parts = parts;
  }

  get members(): Iterable<Picture> {
    return this.#members.keys();
  }

  /** Calls `ask` whenever the picture may have to show something else. Returns how to leave. */
  join(picture: Picture, ask: () => void): () => void {
    this.#members.set(picture, ask);
    this.#unsubscribe ??= this.#parts.imageCache.subscribe(() => {
      for (const member of [...this.#members.values()]) member();
    });
    this.changed.emit();
    return () => {
      this.#members.delete(picture);
      if (this.#members.size === 0) {
        this.#unsubscribe?.();
        this.#unsubscribe = undefined;
      }
      this.changed.emit();
    };
  }

  /** What the picture shows has changed by itself. */
  tell(picture: Picture): void {
    this.#members.get(picture)?.();
  }

  /** Tells the prefetch whether the element is in sight. */
  observe(element: Element, s3Url: string): void {
    if (typeof IntersectionObserver === 'undefined') return;
    this.#observer ??= new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const url = this.#watched.get(target);
          if (url !== undefined) this.#parts.demand.setVisible(url, isIntersecting);
        }
      },
      { rootMargin: NEAR },
    );
    this.#watched.set(element, s3Url);
    this.#observer.observe(element);
  }

  unobserve(element: Element): void {
    if (this.#watched.delete(element)) this.#observer?.unobserve(element);
  }
}

const all = new WeakMap<PictureParts, Pictures>();

export function picturesOf(parts: PictureParts): Pictures {
  let pictures = all.get(parts);
  if (pictures === undefined) all.set(parts, (pictures = new Pictures(parts)));
  return pictures;
}
