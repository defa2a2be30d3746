// Asks the server that this page came from. Every failure is one of two: the server said what is wrong
// (ProblemError, with its words), or nobody answered (UnreachableError).
import { readToken } from './token.ts';

const BASE = '/api/cache/';

export class ProblemError extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

export class UnreachableError extends Error {
  constructor() {
    super('The server does not answer.');
  }
}

/** Asks the person for the token; false when they would rather not say it. */
export type TokenAsker = (wasWrong: boolean) => Promise<boolean>;

let askForToken: TokenAsker = () => Promise.resolve(false);

export function onTokenNeeded(asker: TokenAsker): void {
  askForToken = asker;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await answer(path, signal === undefined ? {} : { signal })) as T;
}

/** For what changes something. A server that wants the token has the person asked for it. */
export async function post<T>(path: string, body?: unknown): Promise<T> {
  for (;;) {
    const token = readToken();
    const headers: Record<string, string> = {};
    if (token !== '') headers['Authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const init: RequestInit = { method: 'POST', headers };
    if (body !== undefined) init.body = JSON.stringify(body);
    try {
      return (await answer(path, init)) as T;
    } catch (error) {
      const isRefused = error instanceof ProblemError && error.status === 401;
      if (!isRefused || !(await askForToken(token !== ''))) throw error;
    }
  }
}

async function answer(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(BASE + path, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new UnreachableError();
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body;
  throw new ProblemError(response.status, words(body) ?? `The server answered ${response.status}.`);
}

/** Of a problem (RFC 9457). */
function words(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { title, detail } = body as { title?: string; detail?: string };
  const parts = [title, detail].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : `${parts.join('. ').replace(/\.$/, '')}.`;
}

export const isMissing = (error: unknown): boolean =>
  error instanceof ProblemError && error.status === 404;

export const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
