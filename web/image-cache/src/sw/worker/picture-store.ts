// The pictures that are kept in the browser: a Cache for their bytes and the ledger of what is in it.
//
// A hit touches the Cache alone. Before a picture is put there its row is on the disk, so the ledger knows of
// every one, and the limit holds after a crash too; a row without a picture is removed when its turn comes.
import { Ledger, type LedgerRow } from './ledger.js';
import type { LedgerRows } from './ledger-rows.js';
import { wholePicture, type WholePicture } from './storable.js';

/** A new form of what is in it gets a new name; the older ones are deleted (install.ts). */
export const PICTURES = 'image-cache-pictures-v1';
/** The ledger is in memory: a gallery of thumbnails must not make it large. */
const MAX_PICTURES = 50_000;
/** Of what the browser grants this origin; the rest is the application's. */
const SHARE_OF_QUOTA = 0.5;
/** Room is made for more than one picture: that asks every page what is in sight. */
const SLACK = 1 / 50;
/** Goes when the disk is fuller than the browser said. */
const SHARE_WHEN_FULL = 1 / 10;
const WRITE_TOUCHES_AFTER_MS = 5000;

export interface PictureStoreParts {
  rows: LedgerRows;
  maxBytes: number;
  keyOf: (localPath: string) => string;
  /** What must not be removed now. */
  pinned: () => Promise<ReadonlySet<string>>;
}

export class PictureStore {
  readonly #parts: PictureStoreParts;
  readonly #touched = new Map<string, LedgerRow>();
  #cache: Promise<Cache> | undefined;
  #ledger: Promise<Ledger> | undefined;
  #limit = 0;
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: PictureStoreParts) {
    this.#parts = parts;
  }

  async match(localPath: string): Promise<Response | undefined> {
    const cache = await this.#open();
    const hit = await cache.match(this.#parts.keyOf(localPath), { ignoreVary: true });
    if (hit !== undefined) void this.#touch(localPath).catch(() => undefined);
    return hit;
  }

  async has(localPath: string): Promise<boolean> {
    return (await this.#load()).has(localPath);
  }

  async paths(): Promise<string[]> {
    return (await this.#load()).paths;
  }

  /** `answer` is read to its end. False: it is not kept. Never rejects. */
  async put(localPath: string, answer: Response): Promise<boolean> {
    const picture = await wholePicture(answer);
    if (picture === null) return false;
    return this.#inTurn(() => this.#put(localPath, picture)).catch(() => false);
  }

  remove(localPaths: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#remove(localPaths));
  }

  async #put(path: string, picture: WholePicture): Promise<boolean> {
    const ledger = await this.#load();
    if (ledger.has(path) || !(await this.#makeRoom(ledger, picture.body.size))) return false;
    try {
      await this.#write(ledger, path, picture);
    } catch {
      await this.#remove(ledger.oldest(ledger.bytes * SHARE_WHEN_FULL, 1, await this.#pinned()));
      await this.#write(ledger, path, picture);
    }
    return true;
  }

  async #write(ledger: Ledger, path: string, picture: WholePicture): Promise<void> {
    const row = { path, bytes: picture.body.size, usedAt: Date.now() };
    await this.#parts.rows.write([row], []);
    ledger.put(row);
    try {
      const cache = await this.#open();
      await cache.put(
        this.#parts.keyOf(path),
        new Response(picture.body, { headers: picture.headers }),
      );
    } catch (error) {
      await this.#remove([path]);
      throw error;
    }
  }

  async #makeRoom(ledger: Ledger, bytes: number): Promise<boolean> {
    const isRoom = (): boolean =>
      ledger.bytes + bytes <= this.#limit && ledger.count < MAX_PICTURES;
    if (bytes > this.#limit || isRoom()) return bytes <= this.#limit;
    const excess = ledger.bytes + bytes - this.#limit;
    const few = ledger.count < MAX_PICTURES ? 1 : MAX_PICTURES * SLACK;
    await this.#remove(ledger.oldest(excess + this.#limit * SLACK, few, await this.#pinned()));
    return isRoom();
  }

  async #remove(paths: readonly string[]): Promise<void> {
    const ledger = await this.#load();
    const cache = await this.#open();
    for (const path of paths) {
      await cache.delete(this.#parts.keyOf(path), { ignoreVary: true });
      ledger.remove(path);
      this.#touched.delete(path);
    }
    // A row that stays is one without a picture.
    await this.#parts.rows.write([], [...paths]).catch(() => undefined);
  }

  async #touch(path: string): Promise<void> {
    const row = (await this.#load()).touch(path, Date.now());
    if (row === undefined) return;
    this.#touched.set(path, row);
    // Together, and not now: a worker that is ended before that loses an order of use, no picture.
    if (this.#touched.size === 1)
      setTimeout(() => void this.#writeTouches(), WRITE_TOUCHES_AFTER_MS);
  }

  async #writeTouches(): Promise<void> {
    const rows = [...this.#touched.values()];
    this.#touched.clear();
    await this.#parts.rows.write(rows, []).catch(() => undefined);
  }

  #pinned(): Promise<ReadonlySet<string>> {
    return this.#parts.pinned().catch(() => new Set<string>());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => undefined);
    return result;
  }

  #open(): Promise<Cache> {
    return (this.#cache ??= caches.open(PICTURES).catch((error: unknown) => {
      this.#cache = undefined;
      throw error;
    }));
  }

  /** Tried again after a failure: a disk that is full, where not even an empty ledger can be made, has room
   *  again one day. */
  #load(): Promise<Ledger> {
    return (this.#ledger ??= this.#readLedger().catch((error: unknown) => {
      this.#ledger = undefined;
      throw error;
    }));
  }

  async #readLedger(): Promise<Ledger> {
    const { quota } = await navigator.storage.estimate();
    this.#limit = Math.min(this.#parts.maxBytes, (quota ?? Infinity) * SHARE_OF_QUOTA);
    const ledger = new Ledger(await this.#parts.rows.all());
    // Pictures that nobody has counted would never go.
    if (ledger.count === 0) {
      const cache = await this.#open();
      for (const request of await cache.keys()) await cache.delete(request);
    }
    return ledger;
  }
}
