// What a picture's src is right now, from what the page knows, without asking anybody.
import type { ManifestView } from '../module/manifest-view.js';

export type Peek =
  | { readonly status: 'cached'; readonly src: string }
  | { readonly status: 'not-cached'; readonly src: string }
  | { readonly status: 'pending' };

export const PENDING: Peek = { status: 'pending' };

/** More than any page shows; past it the memo starts anew rather than growing for ever. */
const MAX_REMEMBERED = 20_000;

/** Answers from the module, each remembered until the module's manifest changes. */
export class PeekMemo {
  readonly #imageUrl: (localPath: string) => string;
  #answers = new Map<string, Peek>();
  #revision = -1;

  constructor(imageUrl: (localPath: string) => string) {
    this.#imageUrl = imageUrl;
  }

  peek(view: ManifestView, s3Url: string): Peek {
    const revision = view.handle.revision();
    if (revision !== this.#revision || this.#answers.size >= MAX_REMEMBERED) {
      this.#answers = new Map();
      this.#revision = revision;
    }
    let answer = this.#answers.get(s3Url);
    if (answer === undefined) {
      const path = view.lookup(s3Url);
      answer =
        path === null
          ? { status: 'not-cached', src: view.handle.fetchUrl(s3Url) }
          : { status: 'cached', src: this.#imageUrl(path) };
      this.#answers.set(s3Url, answer);
    }
    return answer;
  }
}

/** What a browser can load when there is no module to ask: only s3:// needs a translation, AWS's own. */
export function fetchUrlWithoutModule(s3Url: string): string {
  const match = /^s3:\/\/([^/]+)\/(.+)$/i.exec(s3Url);
  return match ? `https://s3.amazonaws.com/${match[1] ?? ''}/${match[2] ?? ''}` : s3Url;
}
