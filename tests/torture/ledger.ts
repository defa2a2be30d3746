// What the server has acknowledged, of all pictures: the truth that it is held to after a crash.
//
// The operations on one actor come one after the other, so an answer says what is so from then on. Only
// a clear-all runs beside everything: what overlaps with it may have happened before or after it.
import { Violation, type State, type TrackedPicture } from './tracked-picture.ts';

export class Ledger {
  readonly pictures: readonly TrackedPicture[];
  /** The limit is so low that actors are evicted: then absence has to be explained by the rules of eviction. */
  mayEvict = false;
  #now = 0;
  #clearAlls = 0;
  #clearAllsRunning = 0;

  constructor(pictures: readonly TrackedPicture[]) {
    this.pictures = pictures;
  }

  /** A request that may bring each of the pictures into one of the states is sent. */
  begin(
    pictures: readonly TrackedPicture[],
    mayBecome: (picture: TrackedPicture) => readonly (State | undefined)[],
  ): Operation {
    const startedAt = (this.#now += 1);
    const broughtBefore = new Map(pictures.map((one) => [one, one.lastBroughtAt]));
    for (const picture of pictures) {
      for (const state of mayBecome(picture)) {
        if (state === undefined) continue;
        picture.allowed.add(state);
        if (state !== 'absent') picture.lastBroughtAt = startedAt;
      }
      picture.touchedAt = startedAt;
      picture.running += 1;
    }
    const clearAllsBefore = this.#clearAllsRunning > 0 ? -1 : this.#clearAlls;
    return new Operation(startedAt, broughtBefore, () => this.#clearAlls !== clearAllsBefore);
  }

  beginClearAll(): { acknowledge: () => void; end: () => void } {
    const startedAt = (this.#now += 1);
    this.#clearAlls += 1;
    this.#clearAllsRunning += 1;
    for (const picture of this.pictures) picture.allowed.add('absent');
    return {
      acknowledge: () => {
        for (const picture of this.pictures) {
          if (picture.running === 0 && picture.touchedAt < startedAt && !picture.lingers) {
            picture.allowed = new Set(['absent']);
          }
        }
      },
      end: () => {
        this.#clearAllsRunning -= 1;
      },
    };
  }

  /** What was seen must be allowed. An absence that is not may be an eviction, which takes whole actors. */
  observe(picture: TrackedPicture, state: State, where: string): void {
    if (picture.allowed.has(state)) return;
    if (state !== 'absent' || !this.mayEvict) {
      throw new Violation(`${where}: ${String(state)} of ${picture.toString()}`);
    }
    picture.allowed = new Set(['absent']);
    for (const other of this.pictures) {
      // What was cached before it was there when its actor went. If it is found later, that was no eviction.
      if (other.actorId === picture.actorId && other.lastBroughtAt < picture.cachedAt) {
        if (other.running === 0 && !other.lingers) other.allowed = new Set(['absent']);
      }
    }
  }

  /** The server says that it has the picture, not in which version. */
  observeCached(picture: TrackedPicture, where: string): void {
    if (picture.allowedVersions().length > 0) return;
    throw new Violation(`${where}: ${picture.toString()}`);
  }

  /** After a restart nothing is under way: what is seen is what is so. */
  fix(picture: TrackedPicture, state: State): void {
    this.observe(picture, state, 'after the restart');
    picture.allowed = new Set([state]);
    picture.lingers = false;
    picture.mayBeSpoiled = false;
  }
}

/** One request that is under way. */
export class Operation {
  readonly #startedAt: number;
  /** Its pictures, each with what its lastBroughtAt was. */
  readonly #broughtBefore: ReadonlyMap<TrackedPicture, number>;
  readonly #besideClearAll: () => boolean;

  constructor(
    startedAt: number,
    broughtBefore: ReadonlyMap<TrackedPicture, number>,
    besideClearAll: () => boolean,
  ) {
    this.#startedAt = startedAt;
    this.#broughtBefore = broughtBefore;
    this.#besideClearAll = besideClearAll;
  }

  get wasBesideClearAll(): boolean {
    return this.#besideClearAll();
  }

  /** It is answered: the picture is in one of these states. */
  settle(picture: TrackedPicture, states: readonly State[]): void {
    picture.allowed = new Set(states);
    if (this.wasBesideClearAll) picture.allowed.add('absent');
  }

  /** It is answered: the picture is cached, now or since earlier, in a version that it may have. */
  settleCached(picture: TrackedPicture, when: 'now' | 'earlier', path?: string): void {
    this.settle(picture, picture.allowedVersions());
    picture.lingers = false;
    picture.path = path;
    if (when === 'now') picture.cachedAt = this.#startedAt;
    else picture.lastBroughtAt = this.#broughtBefore.get(picture) ?? 0; // not by this one
  }

  /** Its last byte has come, and the server goes on to store it. */
  settleStreamed(picture: TrackedPicture, version: State): void {
    picture.allowed.add(version);
    picture.lingers = true;
    picture.path = undefined;
    picture.cachedAt = this.#startedAt;
  }

  settleAbsent(picture: TrackedPicture): void {
    this.settle(picture, ['absent']);
    picture.lingers = false;
  }

  /** Answered or broken off. */
  end(): void {
    for (const picture of this.#broughtBefore.keys()) picture.running -= 1;
  }
}
