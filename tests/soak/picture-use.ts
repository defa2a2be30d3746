// Who asks S3 for which picture at the moment: s3rver overwrites an object in place, so a picture may only be put while nobody
// downloads it. Real S3 replaces an object at once; what would be read of it otherwise is a fault of the tests' own.
import type { TrackedPicture } from '../torture/tracked-picture.ts';

export class PictureUse {
  readonly #users = new Map<TrackedPicture, number>();
  readonly #puts = new Map<TrackedPicture, Promise<void>>();

  /** For whatever may download one of them; `work` has to end after the downloads. Waits for a put that is under way. */
  async during<T>(pictures: readonly TrackedPicture[], work: () => Promise<T>): Promise<T> {
    for (let put = this.#putOfAny(pictures); put !== undefined; put = this.#putOfAny(pictures)) {
      await put;
    }
    for (const picture of pictures) this.#add(picture, 1);
    try {
      return await work();
    } finally {
      for (const picture of pictures) this.#add(picture, -1);
    }
  }

  /** Whether it may be put now. */
  isFree(picture: TrackedPicture): boolean {
    return !this.#users.has(picture) && !this.#puts.has(picture);
  }

  /** REQUIRES: it is free. */
  async put(picture: TrackedPicture, work: () => Promise<void>): Promise<void> {
    if (!this.isFree(picture)) throw new Error(`${picture.key} is in use`);
    const done = work().finally(() => this.#puts.delete(picture));
    // Who waits goes on whether it succeeded or not.
    this.#puts.set(
      picture,
      done.catch(() => undefined),
    );
    await done;
  }

  #putOfAny(pictures: readonly TrackedPicture[]): Promise<void> | undefined {
    const waitsFor = pictures.find((picture) => this.#puts.has(picture));
    return waitsFor === undefined ? undefined : this.#puts.get(waitsFor);
  }

  #add(picture: TrackedPicture, change: 1 | -1): void {
    const users = (this.#users.get(picture) ?? 0) + change;
    if (users === 0) this.#users.delete(picture);
    else this.#users.set(picture, users);
  }
}
