// The browser's CacheStorage in memory, with a disk that can be full.
import { vi } from 'vitest';

export class FakeCaches {
  readonly caches = new Map<string, FakeCache>();
  /** How many bytes all caches together may hold. */
  quotaBytes = Infinity;

  open = (name: string): Promise<FakeCache> => {
    const cache = this.caches.get(name) ?? new FakeCache(this);
    this.caches.set(name, cache);
    return Promise.resolve(cache);
  };

  get usedBytes(): number {
    return [...this.caches.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** In the places of the browser's own, until the test's end. */
  static install(): FakeCaches {
    const fake = new FakeCaches();
    vi.stubGlobal('caches', fake);
    vi.stubGlobal('navigator', {
      storage: { estimate: () => Promise.resolve({ quota: fake.reportedQuota }) },
    });
    return fake;
  }

  /** What estimate() says, which may be more than there is. */
  reportedQuota: number | undefined = undefined;
}

export class FakeCache {
  readonly #storage: FakeCaches;
  readonly #responses = new Map<string, { blob: Blob; headers: Headers }>();

  constructor(storage: FakeCaches) {
    this.#storage = storage;
  }

  get bytes(): number {
    return [...this.#responses.values()].reduce((sum, { blob }) => sum + blob.size, 0);
  }

  match(url: string): Promise<Response | undefined> {
    const found = this.#responses.get(url);
    return Promise.resolve(found && new Response(found.blob, { headers: found.headers }));
  }

  async put(url: string, response: Response): Promise<void> {
    const blob = await response.blob();
    if (this.#storage.usedBytes + blob.size > this.#storage.quotaBytes) {
      throw new DOMException('full', 'QuotaExceededError');
    }
    this.#responses.set(url, { blob, headers: response.headers });
  }

  delete(request: string | Request): Promise<boolean> {
    return Promise.resolve(
      this.#responses.delete(typeof request === 'string' ? request : request.url),
    );
  }

  keys(): Promise<Request[]> {
    return Promise.resolve([...this.#responses.keys()].map((url) => new Request(url)));
  }
}
