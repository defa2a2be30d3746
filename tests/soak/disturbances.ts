// What makes a good request's failure excusable: it ran beside a clearing, or beside damage to the folder.
export type Disturbance = 'cleared' | 'damaged';

export class Disturbances {
  readonly #begun = { cleared: 0, damaged: 0 };
  readonly #running = { cleared: 0, damaged: 0 };

  async during<T>(kind: Disturbance, work: () => Promise<T>): Promise<T> {
    this.#begun[kind] += 1;
    this.#running[kind] += 1;
    try {
      return await work();
    } finally {
      this.#running[kind] -= 1;
    }
  }

  /** Called before a request; what it returns tells afterwards whether the request ran beside one. */
  watch(): (kind: Disturbance) => boolean {
    const atFirst = { ...this.#begun };
    const ran = { cleared: this.#running.cleared > 0, damaged: this.#running.damaged > 0 };
    return (kind) => ran[kind] || this.#begun[kind] > atFirst[kind];
  }
}
