// What is kept and when it was last looked at: who goes when room is needed. In memory, in order of use.

export interface LedgerRow {
  path: string;
  bytes: number;
  /** Milliseconds since 1970. */
  usedAt: number;
}

export class Ledger {
  /** The one unused for longest is first. */
  readonly #rows = new Map<string, LedgerRow>();
  #bytes = 0;

  constructor(rows: LedgerRow[] = []) {
    for (const row of [...rows].sort((one, other) => one.usedAt - other.usedAt)) this.put(row);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#rows.size;
  }

  get paths(): string[] {
    return [...this.#rows.keys()];
  }

  has(path: string): boolean {
    return this.#rows.has(path);
  }

  /** Newest of all. */
  put(row: LedgerRow): void {
    this.remove(row.path);
    this.#rows.set(row.path, row);
    this.#bytes += row.bytes;
  }

  /** Undefined: it is not kept. */
  touch(path: string, usedAt: number): LedgerRow | undefined {
    const row = this.#rows.get(path);
    if (row === undefined) return undefined;
    this.put({ ...row, usedAt });
    return this.#rows.get(path);
  }

  remove(path: string): void {
    this.#bytes -= this.#rows.get(path)?.bytes ?? 0;
    this.#rows.delete(path);
  }

  /** The longest unused that together hold `bytes` and are `count` at least; fewer when the rest is pinned. */
  oldest(bytes: number, count: number, pinned: ReadonlySet<string>): string[] {
    const paths: string[] = [];
    let sum = 0;
    for (const row of this.#rows.values()) {
      if (sum >= bytes && paths.length >= count) break;
      if (pinned.has(row.path)) continue;
      paths.push(row.path);
      sum += row.bytes;
    }
    return paths;
  }
}
