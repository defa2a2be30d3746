// How long the bucket takes to answer the GET of an object. It can be read and changed while the
// server runs; each GET waits on its own, so many wait side by side, as they do at S3.
import type { Context, Next } from 'koa';

export const DEFAULT_LATENCY_MS = 1500;
export const MAX_LATENCY_MS = 60_000;

export interface ObjectGets {
  /** `/bucket/key` as it was asked for, decoded. */
  readonly path: string;
  readonly count: number;
}

export class ObjectLatency {
  #latencyMs: number;
  readonly #gets = new Map<string, number>();
  readonly #waiting = new Set<() => void>();

  constructor(latencyMs: number = DEFAULT_LATENCY_MS) {
    this.#latencyMs = checked(latencyMs);
  }

  get latencyMs(): number {
    return this.#latencyMs;
  }

  /** Holds for GETs that arrive from now on. Throws RangeError outside 0…MAX_LATENCY_MS. */
  setLatencyMs(latencyMs: number): void {
    this.#latencyMs = checked(latencyMs);
  }

  /** How often `key` of `bucket` was asked for, answered or not. */
  getCount(bucket: string, key: string): number {
    return this.#gets.get(`/${bucket}/${key}`) ?? 0;
  }

  get totalGets(): number {
    let total = 0;
    for (const count of this.#gets.values()) total += count;
    return total;
  }

  allGets(): ObjectGets[] {
    return [...this.#gets].map(([path, count]) => ({ path, count }));
  }

  /** Lets every waiting GET go at once; for closing the server. */
  release(): void {
    for (const go of [...this.#waiting]) go();
  }

  /** Koa middleware. Only a GET with a key is an object's: `GET /bucket` is a listing. */
  readonly middleware = async (ctx: Context, next: Next): Promise<void> => {
    const path = decoded(ctx.path);
    if (ctx.method === 'GET' && /^\/[^/]+\/./.test(path)) {
      this.#gets.set(path, (this.#gets.get(path) ?? 0) + 1);
      if (this.#latencyMs > 0) await this.#wait(ctx);
      if (ctx.req.destroyed && !ctx.req.complete) return;
    }
    await next();
  };

  #wait(ctx: Context): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        ctx.res.off('close', go);
        this.#waiting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, this.#latencyMs);
      // A client that gave up must not keep a timer.
      ctx.res.once('close', go);
      this.#waiting.add(go);
    });
  }
}

function checked(latencyMs: number): number {
  if (!Number.isFinite(latencyMs) || latencyMs < 0 || latencyMs > MAX_LATENCY_MS) {
    throw new RangeError(`latency must be 0 to ${MAX_LATENCY_MS} ms, not ${latencyMs}`);
  }
  return Math.round(latencyMs);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
