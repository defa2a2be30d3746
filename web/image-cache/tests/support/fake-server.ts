// A cache server over real HTTP that keeps its pictures in a Map and whose downloads end when a test
// says so. It speaks the contract as far as the page uses it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeSockets } from './fake-events.js';
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

/** One change as the server tells it, with the revision that it leads to. */
interface Change {
  revision: number;
  change: object;
}

export class FakeServer {
  readonly sockets = new FakeSockets();
  /** Whoever comes with another one than this has to take a whole manifest. */
  epoch = '0000000000000001';
  revision = 0;
  /** Changes up to here are forgotten. */
  forgottenRevision = 0;
  /** As a proxy that knows no WebSocket. */
  refusesSockets = false;
  /** Changes are made and not told: what a socket that lost something would look like. */
  isSilent = false;
  /** Given for `Accept: application/vnd.image-cache.snapshot`; without it JSON is. */
  snapshot: Uint8Array | undefined;
  readonly #changes: Change[] = [];
  readonly #entries = new Map<string, Entry>();
  readonly seen: SeenRequest[] = [];
  url = '';
  /** Called for each POST prefetch before it is answered; may wait, may give other items. */
  onPrefetch: (request: PrefetchRequest) => Promise<PrefetchItem[]> | PrefetchItem[] = (request) =>
    this.download(request);
  /** Called for each POST prefetch whose client has gone before it was answered. */
  onAbort: (request: PrefetchRequest) => void = () => undefined;
  /** Called before the manifest is read for its answer. */
  onManifest: () => Promise<void> | void = () => undefined;
  /** Called for each POST revalidate, to change what there is. */
  onRevalidate: (actorId: string | undefined) => Revalidated = () => unchanged(this.entries.size);
  /** When set, every request is answered with this status. */
  failWith: number | undefined;
  #server: Server | undefined;

  get entries(): ReadonlyMap<string, Entry> {
    return this.#entries;
  }

  async start(port = 0): Promise<this> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', (request, socket) => {
      this.seen.push({ method: 'UPGRADE', path: request.url ?? '', headers: {}, body: undefined });
      if (this.refusesSockets) return void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      const { epoch, revision } = this;
      this.sockets.accept(request, socket, { type: 'hello', epoch, revision, server: 'fake' });
    });
    await new Promise<void>((resolve) => this.#server?.listen(port, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    this.sockets.drop();
    await new Promise((resolve) => server.close(resolve));
  }

  /** As when the network fails: what is being asked has no answer. */
  dropConnections(): void {
    this.#server?.closeAllConnections();
  }

  /** Caches the picture; gives its local path. */
  put(s3Url: string, actorId: string, hash = '0123456789abcdef'): string {
    const key = withoutQuery(s3Url);
    const local_path = `.image-cache/images/${actorId}/${actorId}_${hash}.jpg`;
    const size_bytes = 1000;
    this.#entries.set(key, {
      s3_url: key,
      local_path,
      cached_at: 1_729_176_000_000,
      size_bytes,
      actor_id: actorId,
      filename: 'image.jpg',
      etag: '"abc"',
    });
    this.#announce({ put: [{ s3_url: key, local_path, size_bytes }] });
    return local_path;
  }

  remove(s3Url: string): boolean {
    const entry = this.#entries.get(withoutQuery(s3Url));
    if (entry === undefined) return false;
    const { s3_url, local_path } = entry;
    this.#entries.delete(s3_url);
    this.#announce({ removed: [{ s3_url, local_path }] });
    return true;
  }

  /** As after a restart that came unclean: other revisions, and nothing known of earlier changes. */
  beginEpoch(epoch: string): void {
    this.epoch = epoch;
    this.revision = this.#entries.size;
    this.forgottenRevision = this.revision;
  }

  #announce(change: object): void {
    const since = this.revision;
    this.revision += 1;
    this.#changes.push({ revision: this.revision, change });
    if (this.isSilent) return;
    this.sockets.send({ type: 'changes', since, revision: this.revision, changes: [change] });
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
    response.setHeader('Access-Control-Allow-Headers', 'content-type, authorization');
    if (method === 'OPTIONS') return void response.writeHead(204).end();
    if (this.failWith !== undefined) return this.#problem(response, this.failWith, 'internal');
    const { pathname, searchParams } = new URL(url, this.url);
    const [, , , action, argument] = pathname.split('/');
    switch (action) {
      case 'manifest':
        await this.onManifest();
        return this.#manifest(response, searchParams, headers.accept);
      case 'stats':
        return json(response, { total_entries: this.entries.size, total_size_mb: 0.5 });
      case 'prefetch':
        return this.#prefetch(response, body as PrefetchRequest);
      case 'invalidate': {
        const removed = this.remove((body as { s3_url: string }).s3_url);
        return json(response, { removed });
      }
      case 'revalidate':
        return json(response, this.onRevalidate((body as { actor_id?: string }).actor_id));
      case 'clear':
        return this.#clear(
          response,
          { removed_actor: argument },
          (entry) => entry.actor_id === argument,
        );
      case 'clear-all':
        return this.#clear(response, { removed_all: true }, () => true);
      default:
        this.#problem(response, 404, 'not-found');
    }
  }

  #manifest(response: ServerResponse, query: URLSearchParams, accept = ''): void {
    const { epoch, revision, snapshot } = this;
    const [since, theirEpoch] = [query.get('since'), query.get('epoch')];
    const type = 'application/vnd.image-cache.snapshot';
    if (since !== null) {
      const r = Number(since);
      const isFull = theirEpoch !== epoch || r < this.forgottenRevision || r > revision;
      const changes = this.#changes.filter((c) => c.revision > r).map(({ change }) => change);
      return json(response, {
        epoch,
        since: r,
        revision,
        ...(isFull ? { full: true } : { changes }),
      });
    }
    if (snapshot && accept.includes(type)) {
      return void response.setHeader('Content-Type', type).end(snapshot);
    }
    json(response, {
      version: '1.0',
      last_updated: 1_729_176_000_000,
      epoch,
      revision,
      entries: Object.fromEntries(this.#entries),
    });
  }

  async #prefetch(response: ServerResponse, request: PrefetchRequest): Promise<void> {
    response.on('close', () => {
      if (!response.writableFinished) this.onAbort(request);
    });
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

  #clear(response: ServerResponse, change: object, isMeant: (entry: Entry) => boolean): void {
    const keys = [...this.#entries].filter(([, entry]) => isMeant(entry)).map(([key]) => key);
    for (const key of keys) this.#entries.delete(key);
    if (keys.length > 0) this.#announce(change);
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
