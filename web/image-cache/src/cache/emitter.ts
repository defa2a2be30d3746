/** Tells its listeners that something happened, mostly without saying what: they ask then. */
export class Emitter<Told extends unknown[] = []> {
  readonly #listeners = new Set<(...told: Told) => void>();

  readonly subscribe = (listener: (...told: Told) => void): (() => void) => {
    // A wrapper of its own: the same function subscribed twice is told twice and leaves once.
    const entry = (...told: Told): void => {
      listener(...told);
    };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  };

  emit(...told: Told): void {
    for (const listener of [...this.#listeners]) listener(...told);
  }
}
