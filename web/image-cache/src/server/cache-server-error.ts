import type { Problem } from '../contract.js';

/** The server was there and said no. `slug` is stable: "invalid-actor-id", "storage-full" … */
export class CacheServerError extends Error {
  override readonly name = 'CacheServerError';
  readonly status: number;
  readonly slug: string;

  constructor(status: number, problem?: Partial<Problem>) {
    super(problem?.detail ?? problem?.title ?? `The cache server answered ${status}`);
    this.status = status;
    this.slug = problem?.type?.replace(/^.*\//, '') ?? 'unknown';
  }

  /** True when asking again later may help. */
  get mayPass(): boolean {
    return this.status >= 500 || this.status === 408 || this.status === 429;
  }
}

export async function errorFrom(response: Response): Promise<CacheServerError> {
  const type = response.headers.get('Content-Type') ?? '';
  if (!type.startsWith('application/problem+json')) return new CacheServerError(response.status);
  const problem = (await response.json().catch(() => undefined)) as Partial<Problem> | undefined;
  return new CacheServerError(response.status, problem);
}
