// The demo's own backend, from the page's side. Every call either gives data or throws a
// BackendError whose message can be shown as it is.

export interface Picture {
  name: string;
  s3_url: string;
  size_bytes: number;
}

export interface Actor {
  id: string;
  name: string;
  pictures: Picture[];
}

export interface Catalog {
  actors: Actor[];
  truncated: boolean;
  source: 'drawn' | 'photos' | 'bucket';
  bucket: string;
  delete_refusal: string | null;
  latency_ms: number | null;
}

export class BackendError extends Error {
  /** absent: this is a page without the demo's backend; unreachable: it does not answer. */
  readonly kind: 'absent' | 'unreachable' | 'refused';

  constructor(kind: BackendError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

export const fetchCatalog = (signal?: AbortSignal): Promise<Catalog> =>
  call('actors', signal ? { signal } : {});

/** With URLs signed just now, as a real application gets them at every visit. */
export const fetchActor = (id: string, signal?: AbortSignal): Promise<Actor> =>
  call(`actors/${encodeURIComponent(id)}`, signal ? { signal } : {});

export const deletePicture = (actorId: string, name: string): Promise<{ deleted: true }> =>
  call(`actors/${encodeURIComponent(actorId)}/pictures/${encodeURIComponent(name)}`, {
    method: 'DELETE',
  });

export const putLatency = (latencyMs: number): Promise<{ latency_ms: number }> =>
  call('latency', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ latency_ms: latencyMs }),
  });

async function call<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/demo/${path}`, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new BackendError('unreachable', 'The demo does not answer. Is “make run” still running?');
  }
  const isJson = response.headers.get('Content-Type')?.includes('json') ?? false;
  // A static server answers with the page itself, or with an error of its own.
  if (!isJson || (!response.ok && !response.headers.has('X-Actor-Maker'))) {
    throw new BackendError('absent', 'This page was opened without the demo’s backend.');
  }
  const body: unknown = await response.json();
  if (!response.ok) throw new BackendError('refused', detailOf(body, response.status));
  return body as T;
}

function detailOf(body: unknown, status: number): string {
  const detail = (body as { detail?: unknown } | null)?.detail;
  return typeof detail === 'string' ? detail : `The demo answered with status ${status}.`;
}
