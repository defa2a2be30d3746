// Pictures that are shown but not cached: gathered for a moment, then asked for actor by actor, so that a
// gallery is one order and not one for each picture; which of them are in sight; and when the last of an actor
// has left the page, so that others may go before it.
import type { LocalManifest } from '../cache/local-manifest.js';
import type { Startup } from '../cache/startup.js';
import type { PictureRequest } from '../contract.js';
import type { Settings } from '../options.js';
import type { PrefetchManager } from './prefetch-manager.js';

/** Longer than the effects of one commit take, shorter than anybody notices. */
const GATHER_MS = 10;
/** A picture that is only moved on the page, or one of a page that follows, comes back within this time. */
const LEAVE_GRACE_MS = 300;

export interface PictureHints {
  actorId?: string | undefined;
  filename?: string | undefined;
}

export interface DemandParts {
  settings: Settings;
  local: LocalManifest;
  startup: Startup;
  prefetchManager: PrefetchManager;
}

export class Demand {
  readonly #parts: DemandParts;
  #wanted = new Map<string, PictureHints>();
  readonly #visible = new Set<string>();
  /** What was asked for and is on the page: the actor of each URL, and the URLs of each actor. */
  readonly #actorOf = new Map<string, string>();
  readonly #urlsOf = new Map<string, Set<string>>();

  constructor(parts: DemandParts) {
    this.#parts = parts;
  }

  /** This picture is being shown. Does nothing when it turns out to be cached. */
  ask(s3Url: string, hints: PictureHints): void {
    if (!this.#parts.settings.autoPrefetch) return;
    const isFirst = this.#wanted.size === 0;
    this.#wanted.set(s3Url, hints);
    if (!isFirst) return;
    // Not before module and manifest are there: until then nothing is known to be missing.
    void this.#parts.startup.start().then(() => {
      setTimeout(() => {
        this.#flush();
      }, GATHER_MS);
    });
  }

  /** The picture has come into the window, or near it, or has left it. */
  setVisible(s3Url: string, isVisible: boolean): void {
    this.#visible[isVisible ? 'add' : 'delete'](s3Url);
    const actorId = this.#actorOf.get(s3Url);
    if (actorId !== undefined) this.#parts.prefetchManager.setVisible(actorId, [s3Url], isVisible);
  }

  /** The picture is not on the page any more. */
  leave(s3Url: string): void {
    this.#visible.delete(s3Url);
    this.#wanted.delete(s3Url);
    const actorId = this.#actorOf.get(s3Url);
    const urls = actorId === undefined ? undefined : this.#urlsOf.get(actorId);
    this.#actorOf.delete(s3Url);
    if (actorId === undefined || urls === undefined) return;
    urls.delete(s3Url);
    if (urls.size > 0) return;
    setTimeout(() => {
      if (urls.size > 0 || this.#urlsOf.get(actorId) !== urls) return;
      this.#urlsOf.delete(actorId);
      this.#parts.prefetchManager.leaveActor(actorId);
    }, LEAVE_GRACE_MS);
  }

  #flush(): void {
    const wanted = this.#wanted;
    this.#wanted = new Map();
    const { local, prefetchManager } = this.#parts;
    const { view } = local;
    if (view === undefined) return;
    const actors = new Map<string, PictureRequest[]>();
    for (const [s3_url, { actorId, filename }] of wanted) {
      if (local.isCached(s3_url)) continue;
      const id = this.#actorOf.get(s3_url) ?? actorId ?? view.handle.defaultActorId(s3_url);
      this.#actorOf.set(s3_url, id);
      added(this.#urlsOf, id, new Set<string>()).add(s3_url);
      added(actors, id, []).push({ s3_url, filename });
    }
    for (const [id, images] of actors) {
      const visible = images.map(({ s3_url }) => s3_url).filter((url) => this.#visible.has(url));
      prefetchManager.startPrefetch([{ id, images, visible }], { priority: 'high' });
    }
  }
}

function added<Value>(map: Map<string, Value>, key: string, value: Value): Value {
  const known = map.get(key) ?? value;
  map.set(key, known);
  return known;
}
