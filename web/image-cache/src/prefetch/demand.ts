// Pictures that are shown but not cached: gathered for a moment, then asked for actor by actor, so that a
// gallery is one request and not one for each picture.
import type { LocalManifest } from '../cache/local-manifest.js';
import type { Startup } from '../cache/startup.js';
import type { PictureRequest } from '../contract.js';
import type { Settings } from '../options.js';
import type { Actor } from './prefetch-manager.js';

/** Longer than the effects of one commit take, shorter than anybody notices. */
const GATHER_MS = 10;

export interface PictureHints {
  actorId?: string | undefined;
  filename?: string | undefined;
}

export interface DemandParts {
  settings: Settings;
  local: LocalManifest;
  startup: Startup;
  prefetch: (actor: Actor) => void;
}

export class Demand {
  readonly #parts: DemandParts;
  #wanted = new Map<string, PictureHints>();
  readonly #visible = new Set<string>();

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
    if (isVisible) this.#visible.add(s3Url);
    else this.#visible.delete(s3Url);
  }

  /** The picture is not on the page any more. */
  leave(s3Url: string): void {
    this.#visible.delete(s3Url);
    this.#wanted.delete(s3Url);
  }

  #flush(): void {
    const wanted = this.#wanted;
    this.#wanted = new Map();
    const { local, prefetch } = this.#parts;
    const { view } = local;
    if (view === undefined) return;
    const actors = new Map<string, PictureRequest[]>();
    // What is in sight goes first.
    const order = [...wanted].sort(([a], [b]) => this.#rank(a) - this.#rank(b));
    for (const [s3_url, { actorId, filename }] of order) {
      if (local.isCached(s3_url)) continue;
      const id = actorId ?? view.handle.defaultActorId(s3_url);
      const images = actors.get(id) ?? [];
      images.push({ s3_url, filename });
      actors.set(id, images);
    }
    for (const [id, images] of actors) prefetch({ id, images });
  }

  #rank(s3Url: string): number {
    return this.#visible.has(s3Url) ? 0 : 1;
  }
}
