// Keeps the page's manifest like the server's: at the start, on demand, actor by actor while a
// prefetch runs, and again after the server was away.
import type { CacheServer } from '../server/cache-server.js';
import type { LocalManifest } from './local-manifest.js';
import type { Warn } from './warn-once.js';

const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;

export class ManifestSync {
  readonly #server: CacheServer;
  readonly #local: LocalManifest;
  readonly #warn: Warn;
  #running: Promise<boolean> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(server: CacheServer, local: LocalManifest, warn: Warn) {
    this.#server = server;
    this.#local = local;
    this.#warn = warn;
  }

  /** Asks for the whole manifest; callers at the same time share one request. False: no answer. */
  refresh(prepare: Promise<unknown> = Promise.resolve()): Promise<boolean> {
    this.#running ??= this.#refresh(prepare).finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** One actor's part. Gives the ETag of what is known now, to be handed in the next time. */
  async refreshActor(
    actorId: string,
    knownEtag: string | null,
    signal?: AbortSignal,
  ): Promise<string | null> {
    const before = this.#local.changes;
    const answer = await this.#server.manifest({ actorId, knownEtag, ...(signal && { signal }) });
    if (answer === null) return knownEtag;
    if (before !== this.#local.changes || signal?.aborted === true) return null;
    this.#local.loadActor(actorId, answer.json);
    return answer.etag;
  }

  async #refresh(prepare: Promise<unknown>): Promise<boolean> {
    clearTimeout(this.#retryTimer);
    try {
      for (;;) {
        const before = this.#local.changes;
        // The request goes out before the module is there to take the answer.
        const request = this.#server.manifest({ knownEtag: this.#local.etag });
        const [answer] = await Promise.all([request, prepare]);
        if (before !== this.#local.changes) continue; // older than what the page knows: once more
        if (answer !== null) this.#local.load(answer);
        this.#retryMs = FIRST_RETRY_MS;
        return true;
      }
    } catch (error) {
      const hasModule = await prepare.then(
        () => true,
        () => false,
      );
      if (hasModule) {
        this.#warn('server', 'the cache server does not answer; pictures come from S3.', error);
        this.#retryLater();
      }
      return false;
    }
  }

  #retryLater(): void {
    if (this.#local.isKnown) return; // what is known serves well enough
    this.#retryTimer = setTimeout(() => {
      // Nobody looks: whoever subscribes next asks again.
      if (this.#local.changed.hasListeners) void this.refresh();
    }, this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, MAX_RETRY_MS);
  }
}
