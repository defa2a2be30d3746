// One object in S3 and what the cache may hold of it, by all that the server has said so far.
import { createHash } from 'node:crypto';

/** A rule of the store was broken. Everything else that is thrown is a fault of the test's own. */
export class Violation extends Error {}

/** The number of a version of the object, or that the cache does not hold it. */
export type State = number | 'absent';

export interface Version {
  bytes: Buffer;
  /** As S3 sends it, quotes included. */
  etag: string;
}

export class TrackedPicture {
  readonly actorId: string;
  readonly key: string;
  readonly url: string;
  /** All that were ever in S3, in order; none is ever like another. */
  readonly versions: Version[] = [];
  /** Which of them S3 has now. */
  inBucket: number | undefined;
  /** Then the cache may remember for a while that it was not there. */
  wasEverDeleted = false;

  /** What an honest server may hold. More than one while it has not said, or was killed before it could. */
  allowed = new Set<State>(['absent']);
  /** Ticks of the ledger: when an operation began that was the last one to cache it, by the server's word, ... */
  cachedAt = 0;
  /** ... the last one that may have, ... */
  lastBroughtAt = 0;
  /** ... and the last one of all. */
  touchedAt = 0;
  /** Operations on it that are not answered yet. */
  running = 0;
  /** Its bytes were streamed while they were stored; whether they are stored by now is not known. */
  lingers = false;
  /** Its file was damaged as by a power loss: it may be dropped, but not served. */
  mayBeSpoiled = false;
  /** Where the server said that it is. */
  path: string | undefined;

  constructor(actorId: string, key: string, url: string) {
    this.actorId = actorId;
    this.key = key;
    this.url = url;
  }

  /** To be called before S3 gets it: from then on it may be served. Returns its number. */
  addVersion(bytes: Buffer): number {
    const md5 = createHash('md5').update(bytes).digest('hex');
    return this.versions.push({ bytes, etag: `"${md5}"` }) - 1;
  }

  /** The version that these bytes are. They must be whole. */
  versionOf(bytes: Buffer): number {
    const version = this.versions.findIndex((one) => one.bytes.equals(bytes));
    if (version < 0) {
      const sizes = this.versions.map((one) => one.bytes.length).join(', ');
      throw new Violation(
        `${this.key}: ${bytes.length} bytes were served that S3 never had (versions of ${sizes})`,
      );
    }
    return version;
  }

  allowedVersions(): State[] {
    return [...this.allowed].filter((state) => state !== 'absent');
  }

  toString(): string {
    return `${this.key} (allowed: ${[...this.allowed].join(', ')}; in S3: ${this.inBucket ?? 'nothing'})`;
  }
}
