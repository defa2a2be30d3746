// Seeded random numbers: the same seed always draws the same pictures.

export class Random {
  #state: number;

  constructor(seed: string | number) {
    let hash = 0x811c9dc5;
    for (const char of String(seed)) {
      hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
    }
    this.#state = hash >>> 0;
    // The hashes of "1" and "2" are neighbours; a few steps part them.
    for (let i = 0; i < 4; i++) this.next();
  }

  /** In [0, 1). The generator is mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }

  /** Around 0 with standard deviation 1, within ±3. */
  normal(): number {
    let sum = 0;
    for (let i = 0; i < 6; i++) sum += this.next();
    return (sum - 3) * Math.SQRT2;
  }
}
