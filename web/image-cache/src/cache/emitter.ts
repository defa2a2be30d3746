/** Tells its listeners that something changed; what, they ask themselves. */
export class Emitter {
  readonly #listeners = new Set<() => void>();

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    // A wrapper of its own: the same function subscribed twice is told twice and leaves once.
    const entry = (): void => {
      listener();
    };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  };

  emit(): void {
    if (this.hasListeners) for (const listener of [...this.#listeners]) listener();
  }
}
