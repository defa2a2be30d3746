// The cache server over HTTP: one method for each request the page makes. Keeps nothing.
//
// Every method throws CacheServerError when the server refuses, and whatever fetch throws when the server
// is not there.
import type {
  CacheStats,
  Cleared,
  PrefetchAnswer,
  PrefetchRequest,
  Revalidated,
} from '../contract.js';
import type { Settings } from '../options.js';
import { errorFrom } from './cache-server-error.js';

export interface ManifestAnswer {
  etag: string | null;
  json: Uint8Array;
}

export class CacheServer {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  imageUrl(localPath: string): string {
    return this.#url(`image?path=${encodeURIComponent(localPath)}`);
  }

  /** Null when it is still the one with `knownEtag`. */
  async manifest(
    options: { actorId?: string; knownEtag?: string | null; signal?: AbortSignal } = {},
  ): Promise<ManifestAnswer | null> {
    const { actorId, knownEtag, signal } = options;
    const query = actorId === undefined ? '' : `?actor_id=${encodeURIComponent(actorId)}`;
    // The answer says "no-cache" itself: the browser asks each time, with the ETag of what it has. Saying it
    // here too would pass by what the page's head has preloaded.
    const response = await this.#send(`manifest${query}`, signal ? { signal } : {});
    const etag = response.headers.get('ETag');
    if (etag !== null && etag === knownEtag) {
      await response.body?.cancel();
      return null;
    }
    return { etag, json: new Uint8Array(await response.arrayBuffer()) };
  }

  async prefetch(request: PrefetchRequest, signal: AbortSignal): Promise<PrefetchAnswer> {
    return (await this.#post('prefetch', request, signal)) as PrefetchAnswer;
  }

  async invalidate(s3Url: string): Promise<{ removed: boolean }> {
    return (await this.#post('invalidate', { s3_url: s3Url })) as { removed: boolean };
  }

  async clearActor(actorId: string): Promise<Cleared> {
    return (await this.#post(`clear/${encodeURIComponent(actorId)}`)) as Cleared;
  }

  async clearAll(): Promise<Cleared> {
    return (await this.#post('clear-all')) as Cleared;
  }

  /** Takes as long as S3 takes. */
  async revalidate(actorId?: string): Promise<Revalidated> {
    const scope = actorId === undefined ? {} : { actor_id: actorId };
    return (await this.#post('revalidate', scope)) as Revalidated;
  }

  async stats(): Promise<CacheStats> {
    return (await (await this.#send('stats', { cache: 'no-store' })).json()) as CacheStats;
  }

  async #post(path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
    const { token } = this.#settings;
    const response = await this.#send(path, {
      method: 'POST',
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    return response.json();
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const response = await this.#settings.fetch(this.#url(path), init);
    if (!response.ok) throw await errorFrom(response);
    return response;
  }

  #url(path: string): string {
    return `${this.#settings.baseUrl}/api/cache/${path}`;
  }
}
