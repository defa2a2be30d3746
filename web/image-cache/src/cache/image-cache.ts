// Which pictures are cached, and everything that changes it. One for a page; made by createImageCache.
//
// Nothing happens until it is used: the first subscribe(), ready(), or peek() in a browser begins to load
// the module and the manifest.
import type { CacheStats, Cleared, Revalidated, ServerEvent, Totals } from '../contract.js';
import type { CacheServer } from '../server/cache-server.js';
import type { Feed } from '../sync/feed.js';
import type { LocalManifest } from './local-manifest.js';
import type { ManifestSync } from './manifest-sync.js';
import { fetchUrlWithoutModule, type Peek, PeekMemo, PENDING } from './peek.js';
import type { Availability, Startup } from './startup.js';

export interface ImageCacheParts {
  server: CacheServer;
  local: LocalManifest;
  sync: ManifestSync;
  feed: Feed;
  startup: Startup;
}

export class ImageCache {
  readonly #parts: ImageCacheParts;
  readonly #memo: PeekMemo;

  constructor(parts: ImageCacheParts) {
    this.#parts = parts;
    this.#memo = new PeekMemo((localPath) => parts.server.imageUrl(localPath));
  }

  /** Resolves when module and manifest are there, or are known not to come. Never rejects. */
  readonly ready = (): Promise<Availability> => this.#parts.startup.start();

  /** Calls `listener` after every change of what peek() says. Returns how to stop that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const { local, startup } = this.#parts;
    startup.follow();
    return local.changed.subscribe(listener);
  };

  /** What the server tells of its prefetches and statistics, as it happens. Returns how to stop that. */
  readonly onServerEvent = (listener: (event: ServerEvent) => void): (() => void) => {
    this.#parts.startup.follow();
    return this.#parts.feed.events.subscribe(listener);
  };

  /** The picture's src by what is known now; the same object until that changes. */
  readonly peek = (s3Url: string): Peek => {
    const { local, startup } = this.#parts;
    const isWaiting = !startup.isWaitOver;
    if (isWaiting) {
      if (typeof document !== 'undefined') void startup.start();
      if (!local.isKnown) return PENDING;
    }
    if (local.view === undefined) return { status: 'not-cached', src: this.remoteUrl(s3Url) };
    const found = this.#memo.peek(local.view, s3Url);
    // What was kept of the last visit says what is cached, not what is not.
    return isWaiting && found.status === 'not-cached' ? PENDING : found;
  };

  /** The address of the picture in S3 as a browser can load it: s3:// becomes https. */
  readonly remoteUrl = (s3Url: string): string =>
    this.#parts.local.view?.handle.fetchUrl(s3Url) ?? fetchUrlWithoutModule(s3Url);

  /** Whether two URLs, differently signed or written, are one picture. */
  readonly isSamePicture = (oneUrl: string, otherUrl: string): boolean => {
    if (oneUrl === otherUrl) return true;
    const handle = this.#parts.local.view?.handle;
    // Without the module: the same but for the query. It only decides whether a src may stay.
    if (handle === undefined) return withoutQuery(oneUrl) === withoutQuery(otherUrl);
    const key = handle.cacheKey(oneUrl);
    return key !== '' && key === handle.cacheKey(otherUrl);
  };

  /** The cached pictures of an actor, or of all, as this page knows them. */
  readonly actorTotals = (actorId?: string): Totals => {
    const handle = this.#parts.local.view?.handle;
    if (handle === undefined) return { entries: 0, size_bytes: 0 };
    return actorId === undefined ? handle.totals() : handle.actorTotals(actorId);
  };

  /** Asks the server for the manifest again. False: it did not answer, or there is no module. */
  readonly refresh = async (): Promise<boolean> => {
    if ((await this.ready()) === 'no-module') return false;
    return this.#parts.sync.refresh();
  };

  /** The server's statistics. Rejects when it does not answer. */
  readonly getStats = (): Promise<CacheStats> => this.#parts.server.stats();

  /** Forgets one picture, by any of its URLs. Rejects when the server refuses or does not answer. */
  readonly invalidate = (s3Url: string): Promise<{ removed: boolean }> =>
    this.#after(this.#parts.server.invalidate(s3Url));

  /**
   * Asks S3 whether the cached pictures of an actor, or of all, are still the newest; the server downloads
   * what is not. Resolves when the page shows the result. Rejects when the server refuses or does not answer.
   */
  readonly revalidate = (actorId?: string): Promise<Revalidated> =>
    this.#after(this.#parts.server.revalidate(actorId));

  readonly clearActorCache = (actorId: string): Promise<Cleared> =>
    this.#after(this.#parts.server.clearActor(actorId));

  readonly clearAll = (): Promise<Cleared> => this.#after(this.#parts.server.clearAll());

  /** The page hears of its own changes as it hears of everybody's: in their order, so that nothing that was
   *  on its way undoes them. */
  async #after<Answer>(request: Promise<Answer>): Promise<Answer> {
    const answer = await request;
    await this.#parts.sync.refresh();
    return answer;
  }
}

const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '');
