// A cache server over real HTTP that keeps its pictures in a Map and whose downloads end when a test
// says so. It speaks the contract as far as the page uses it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { PrefetchItem, PrefetchRequest, Revalidated } from '../../src/contract.js';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

interface Entry {
  s3_url: string;
  local_path: string;
  cached_at: number;
  size_bytes: number;
  actor_id: string;
  filename: string;
  etag: string;
}

export class FakeServer {
  readonly entries = new Map<string, Entry>();
  readonly seen: SeenRequest[] = [];
  url = '';
  /** Called for each POST prefetch before it is answered; may wait, may give other items. */
  onPrefetch: (request: PrefetchRequest) => Promise<PrefetchItem[]> | PrefetchItem[] = (request) =>
    this.download(request);
  /** Called before the manifest is read for its answer. */
  onManifest: () => Promise<void> | void = () => undefined;
  /** Called for each POST revalidate, to change what there is. */
  onRevalidate: (actorId: string | undefined) => Revalidated = () => unchanged(this.entries.size);
  /** When set, every request is answered with this status. */
  failWith: number | undefined;
  #server: Server | undefined;

  async start(port = 0): Promise<this> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => this.#server?.listen(port, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Caches the picture; gives its local path. */
  put(s3Url: string, actorId: string, hash = '0123456789abcdef'): string {
    const key = withoutQuery(s3Url);
    const local_path = `.image-cache/images/${actorId}/${actorId}_${hash}.jpg`;
    this.entries.set(key, {
      s3_url: key,
      local_path,
      cached_at: 1_729_176_000_000,
      size_bytes: 1000,
      actor_id: actorId,
      filename: 'image.jpg',
      etag: '"abc"',
    });
    return local_path;
  }

  download({ actor_id, images }: PrefetchRequest): PrefetchItem[] {
    return images.map(({ s3_url }) => {
      const known = this.entries.get(withoutQuery(s3_url));
      const hash = (this.entries.size + 1).toString(16).padStart(16, '0');
      const local_path = known?.local_path ?? this.put(s3_url, actor_id, hash);
      return { s3_url, status: known ? 'already_cached' : 'cached', local_path, size_bytes: 1000 };
    });
  }

  requests(path: string): SeenRequest[] {
    return this.seen.filter((request) => request.path.startsWith(`/api/cache/${path}`));
  }

  prefetches(): PrefetchRequest[] {
    return this.requests('prefetch').map(({ body }) => body as PrefetchRequest);
  }

  imageUrl(localPath: string): string {
    return `${this.url}/api/cache/image?path=${encodeURIComponent(localPath)}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = request;
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    this.seen.push({ method, path: url, headers, body });
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', 'ETag');
    response.setHeader('Access-Control-Allow-Headers', 'content-type, authorization');
    if (method === 'OPTIONS') return void response.writeHead(204).end();
    if (this.failWith !== undefined) return this.#problem(response, this.failWith, 'internal');
    const { pathname, searchParams } = new URL(url, this.url);
    const [, , , action, argument] = pathname.split('/');
    switch (action) {
      case 'manifest':
        await this.onManifest();
        return this.#manifest(response, searchParams.get('actor_id'));
      case 'stats':
        return json(response, { total_entries: this.entries.size, total_size_mb: 0.5 });
      case 'prefetch':
        return this.#prefetch(response, body as PrefetchRequest);
      case 'invalidate': {
        const removed = this.entries.delete(withoutQuery((body as { s3_url: string }).s3_url));
        return json(response, { removed });
      }
      case 'revalidate':
        return json(response, this.onRevalidate((body as { actor_id?: string }).actor_id));
      case 'clear':
        return this.#clear(response, (entry) => entry.actor_id === argument);
      case 'clear-all':
        return this.#clear(response, () => true);
      default:
        this.#problem(response, 404, 'not-found');
    }
  }

  #manifest(response: ServerResponse, actorId: string | null): void {
    const all = [...this.entries].filter(([, { actor_id }]) => !actorId || actor_id === actorId);
    const text = JSON.stringify({
      version: '1.0',
      last_updated: 1_729_176_000_000,
      entries: Object.fromEntries(all),
    });
    const etag = `"${createHash('sha256').update(text).digest('hex')}"`;
    response.setHeader('ETag', etag).setHeader('Content-Type', 'application/json').end(text);
  }

  async #prefetch(response: ServerResponse, request: PrefetchRequest): Promise<void> {
    const results = await this.onPrefetch(request);
    const count = (status: string): number => results.filter((r) => r.status === status).length;
    json(response, {
      actor_id: request.actor_id,
      requested: request.images.length,
      cached: count('cached'),
      already_cached: count('already_cached'),
      failed: count('failed'),
      bytes: 1000 * count('cached'),
      results,
    });
  }

  #clear(response: ServerResponse, isMeant: (entry: Entry) => boolean): void {
    const keys = [...this.entries].filter(([, entry]) => isMeant(entry)).map(([key]) => key);
    for (const key of keys) this.entries.delete(key);
    json(response, { removed: keys.length, bytes_freed: 1000 * keys.length });
  }

  #problem(response: ServerResponse, status: number, slug: string): void {
    response.writeHead(status, { 'Content-Type': 'application/problem+json' });
    response.end(
      JSON.stringify({ type: `/problems/${slug}`, title: slug, status, detail: `it is ${slug}` }),
    );
  }
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value));
}

const unchanged = (checked: number): Revalidated => ({
  checked,
  unchanged: checked,
  updated: 0,
  gone: 0,
  failed: 0,
});

const withoutQuery = (url: string): string => url.replace(/\?.*$/, '');
