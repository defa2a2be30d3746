// How a picture is answered: from what is kept, from the cache server, or, by its S3 address, from the network
// as if there were no worker. Whatever goes wrong here, the request goes its usual way.
import type { Catalog } from './catalog.js';
import type { PictureStore } from './picture-store.js';
import { partOf } from './range.js';
import { pictureUrl } from './requests.js';
import type { ExtendableEvent } from './scope.js';

/** Of addresses that the browser has been sent to and has not come back with. */
const MAX_PAST = 100;

export interface PicturesParts {
  apiUrl: string;
  catalog: Catalog;
  store: PictureStore;
}

export class Pictures {
  readonly #parts: PicturesParts;
  readonly #past = new Set<string>();

  constructor(parts: PicturesParts) {
    this.#parts = parts;
  }

  /** `GET image?path=`: nothing is loaded or looked up before a kept picture is answered. */
  async byPath(event: ExtendableEvent, request: Request, localPath: string): Promise<Response> {
    const kept = await this.#kept(request, localPath);
    if (kept !== undefined) return kept;
    const answer = await this.#fromServer(localPath, request).catch(() => fetch(request));
    return this.#keeping(event, localPath, answer);
  }

  async byS3Url(event: ExtendableEvent, request: Request, s3Url: string): Promise<Response> {
    const { catalog } = this.#parts;
    if (!catalog.isCurrent) await catalog.follow();
    const localPath = catalog.lookup(s3Url);
    const answer = localPath && (await this.#local(event, request, localPath));
    return answer ? ofChangingContent(answer) : this.#unchanged(request);
  }

  /** Whether the browser is to ask for it again, past the worker. */
  goesPast(url: string): boolean {
    return this.#past.delete(url);
  }

  /** The page's policy may allow a picture that the worker's own forbids it to fetch: then the browser is sent
   *  to the same address once more, and the worker stays out of it. */
  #unchanged(request: Request): Promise<Response> {
    return fetch(request).catch(() => {
      if (this.#past.size >= MAX_PAST) this.#past.clear();
      this.#past.add(request.url);
      return Response.redirect(request.url, 307);
    });
  }

  /** What it is kept for is another time: it may wait. Never rejects. */
  async keep(localPath: string): Promise<void> {
    const { apiUrl, store } = this.#parts;
    try {
      if (await store.has(localPath)) return;
      const request = new Request(pictureUrl(apiUrl, localPath), { priority: 'low' });
      await store.put(localPath, await this.#fromServer(localPath, request));
    } catch {
      // The server is away.
    }
  }

  async #local(event: ExtendableEvent, request: Request, path: string): Promise<Response | null> {
    const kept = await this.#kept(request, path);
    if (kept !== undefined || request.headers.has('Range')) return kept ?? null;
    const answer = await this.#fromServer(path, request).catch(() => null);
    return answer?.ok === true ? this.#keeping(event, path, answer) : null;
  }

  async #kept({ headers }: Request, localPath: string): Promise<Response | undefined> {
    const whole = await this.#parts.store.match(localPath).catch(() => undefined);
    return whole && partOf(whole, headers.get('Range'));
  }

  /** Readable, wherever the server is: what an <img> asks of another origin is opaque. */
  #fromServer(localPath: string, { headers, signal }: Request): Promise<Response> {
    const range = headers.get('Range');
    return fetch(pictureUrl(this.#parts.apiUrl, localPath), {
      credentials: 'same-origin',
      signal,
      ...(range !== null && { headers: { Range: range } }),
    });
  }

  #keeping(event: ExtendableEvent, localPath: string, answer: Response): Response {
    if (answer.ok) event.waitUntil(this.#parts.store.put(localPath, answer.clone()));
    return answer;
  }
}

/** A local path names its content and is kept for a year; an address in S3 does not. */
function ofChangingContent({ body, status, headers }: Response): Response {
  const changed = new Headers(headers);
  changed.set('Cache-Control', 'no-cache');
  return new Response(body, { status, headers: changed });
}
