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

export type ManifestForm = 'snapshot' | 'json';

export interface ManifestAnswer {
  form: ManifestForm;
  bytes: Uint8Array<ArrayBuffer>;
}

const SNAPSHOT_TYPE = 'application/vnd.image-cache.snapshot';

export class CacheServer {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  imageUrl(localPath: string): string {
    return this.#url(`image?path=${encodeURIComponent(localPath)}`);
  }

  /** The whole manifest: compact if the server can give it so, unless JSON is asked for. */
  async manifest(form: ManifestForm = 'snapshot'): Promise<ManifestAnswer> {
    const json = 'application/json';
    const Accept = form === 'json' ? json : `${SNAPSHOT_TYPE}, ${json};q=0.5`;
    const response = await this.#send('manifest', { headers: { Accept } });
    const type = response.headers.get('Content-Type');
    return {
      form: type === SNAPSHOT_TYPE ? 'snapshot' : 'json',
      bytes: new Uint8Array(await response.arrayBuffer()),
    };
  }

  /** What changed since, or that a whole manifest is needed, in the server's words. */
  async changesSince(revision: number, epoch: string): Promise<string> {
    return (await this.#send(`manifest?since=${revision}&epoch=${epoch}`, {})).text();
  }

  /** Of its events' WebSocket. */
  eventsUrl(): string {
    const base = (globalThis.location as Location | undefined)?.href;
    return new URL(this.#url('events'), base).href.replace(/^http/, 'ws');
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
