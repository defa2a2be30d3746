// The demo's own backend, a handler under /demo: what an application has besides the cache.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ObjectLatency } from '../bucket/latency.ts';
import type { Catalog } from './catalog.ts';

export interface BackendOptions {
  catalog: Catalog;
  source: 'drawn' | 'photos' | 'bucket';
  bucket: string;
  /** Why nothing may be deleted, in words for people; nothing when it may. */
  deleteRefusal?: string;
  /** Only our own S3 server has a latency that can be changed. */
  latency?: ObjectLatency;
}

const MAX_BODY_BYTES = 1024;

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** `url` is below /demo. Answers everything itself. */
export function createBackend(options: BackendOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Tells the page that this answer is ours and not some static server's.
    response.setHeader('X-Actor-Maker', 'demo');
    try {
      const body = await answer(options, request);
      response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
      response.end(JSON.stringify(body));
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 502;
      const detail =
        error instanceof Refusal ? error.message : `The bucket does not answer: ${nameOf(error)}`;
      response.writeHead(status, { 'Content-Type': 'application/problem+json' });
      response.end(JSON.stringify({ title: 'The demo could not do that', status, detail }));
    }
  };
}

async function answer(options: BackendOptions, request: IncomingMessage): Promise<unknown> {
  const { catalog, latency } = options;
  const method = request.method ?? 'GET';
  const segments = pathSegments(request.url ?? '/');
  if (method !== 'GET') refuseOtherOrigins(request);

  const [room, id, pictures, name] = segments;
  if (room === 'actors' && segments.length === 1 && method === 'GET') {
    return {
      ...(await catalog.list()),
      source: options.source,
      bucket: options.bucket,
      delete_refusal: options.deleteRefusal ?? null,
      latency_ms: latency?.latencyMs ?? null,
    };
  }
  if (room === 'actors' && id !== undefined && segments.length === 2 && method === 'GET') {
    const actor = await catalog.actor(id);
    if (actor === undefined) throw new Refusal(404, 'There is no such actor in the bucket.');
    return actor;
  }
  if (room === 'actors' && pictures === 'pictures' && name !== undefined && method === 'DELETE') {
    if (options.deleteRefusal !== undefined) throw new Refusal(403, options.deleteRefusal);
    const deleted = await catalog.delete(id as string, segments.slice(3).join('/'));
    if (!deleted) throw new Refusal(404, 'There is no such picture in the bucket.');
    return { deleted: true };
  }
  if (room === 'latency' && segments.length === 1 && (method === 'GET' || method === 'PUT')) {
    if (latency === undefined) throw new Refusal(404, 'A real bucket has the latency that it has.');
    if (method === 'PUT') setLatency(latency, await readJson(request));
    return { latency_ms: latency.latencyMs, object_gets: latency.totalGets };
  }
  throw new Refusal(404, 'There is no such thing in the demo.');
}

function pathSegments(url: string): string[] {
  const path = url.split('?', 1)[0] as string;
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw new Refusal(400, 'The address is not percent-encoded properly.');
  }
}

// A page of another site must not delete pictures through the visitor's browser.
function refuseOtherOrigins(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && URL.parse(origin)?.host !== host) {
    throw new Refusal(403, 'Only the demo’s own page may change something.');
  }
}

function setLatency(latency: ObjectLatency, body: unknown): void {
  const value = (body as { latency_ms?: unknown } | null)?.latency_ms;
  try {
    latency.setLatencyMs(typeof value === 'number' ? value : Number.NaN);
  } catch (error) {
    throw new Refusal(400, (error as RangeError).message);
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY_BYTES) throw new Refusal(413, 'That is too much.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The body is not JSON.');
  }
}

// The SDK's message can hold a host or a key id; its name says enough.
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');
