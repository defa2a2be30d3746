// Web Locks as far as tabs use them, for all "tabs" of one test; Node 22 has none. The real ones are
// tested in a browser (tests/browser/tabs.spec.ts).

interface Waiting {
  callback: () => unknown;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

const aborted = (): DOMException => new DOMException('taken or given up', 'AbortError');

export class FakeLocks {
  readonly #held = new Map<string, Waiting>();
  readonly #queues = new Map<string, Waiting[]>();

  readonly request = (
    name: string,
    { signal, steal }: { signal?: AbortSignal; steal?: boolean },
    callback: () => unknown,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const waiting = { callback, resolve, reject };
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      if (steal === true) {
        queue.unshift(waiting);
        this.breakLock(name);
        return;
      }
      queue.push(waiting);
      signal?.addEventListener('abort', () => {
        if (!queue.includes(waiting)) return;
        queue.splice(queue.indexOf(waiting), 1);
        reject(aborted());
      });
      this.#grant(name);
    });

  isHeld(name: string): boolean {
    return this.#held.has(name);
  }

  /** The names of those that are held, the one held longest first. */
  held(): string[] {
    return [...this.#held.keys()];
  }

  /** What a browser does when the holder's tab crashes: the next one gets it. */
  breakLock(name: string): void {
    this.#held.get(name)?.reject(aborted());
    this.#held.delete(name);
    this.#grant(name);
  }

  #grant(name: string): void {
    if (this.#held.has(name)) return;
    const next = this.#queues.get(name)?.shift();
    if (next === undefined) return;
    this.#held.set(name, next);
    void Promise.resolve()
      .then(next.callback)
      .then(next.resolve, next.reject)
      .finally(() => {
        if (this.#held.get(name) !== next) return; // it was stolen
        this.#held.delete(name);
        this.#grant(name);
      });
  }
}
