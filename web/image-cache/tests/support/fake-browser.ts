// What Node lacks of a browser, for tests of several visits and tabs: a document that can be hidden and left,
// Web Locks, localStorage and IndexedDB. All pages of a test share it, as tabs do.
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { setMaxListeners } from 'node:events';
import { vi } from 'vitest';
import { FakeLocks } from './fake-locks.js';

export class FakeBrowser {
  readonly locks = new FakeLocks();
  readonly indexedDB = new IDBFactory();
  readonly stored = new Map<string, string>();
  readonly #window = new EventTarget();
  readonly #connection = Object.assign(new EventTarget(), { saveData: false, effectiveType: '4g' });
  readonly #navigator = { locks: this.locks, onLine: true, connection: this.#connection };
  readonly #document = Object.assign(new EventTarget(), { hidden: false });

  constructor() {
    setMaxListeners(100, this.#window, this.#document, this.#connection); // many tabs
  }

  /** Until vi.unstubAllGlobals(). */
  install(): this {
    vi.stubGlobal('document', this.#document);
    vi.stubGlobal('addEventListener', this.#window.addEventListener.bind(this.#window));
    vi.stubGlobal('navigator', this.#navigator);
    vi.stubGlobal('indexedDB', this.indexedDB);
    vi.stubGlobal('IDBObjectStore', IDBObjectStore);
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => this.stored.get(key) ?? null,
      setItem: (key: string, value: string) => this.stored.set(key, value),
    });
    return this;
  }

  /** Every page that is open goes into the back/forward cache, or away: it cannot tell. The next is visible. */
  leave(): void {
    this.#window.dispatchEvent(new Event('pagehide'));
    this.#document.hidden = false;
  }

  comeBack(): void {
    this.#window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  }

  show(isVisible: boolean): void {
    this.#document.hidden = !isVisible;
    this.#document.dispatchEvent(new Event('visibilitychange'));
  }

  goOnline(): void {
    this.#navigator.onLine = true;
    this.#window.dispatchEvent(new Event('online'));
  }

  goOffline(): void {
    this.#navigator.onLine = false;
    this.#window.dispatchEvent(new Event('offline'));
  }

  /** As the Network Information API tells it. */
  setConnection(connection: { saveData?: boolean; effectiveType?: string }): void {
    Object.assign(this.#connection, connection).dispatchEvent(new Event('change'));
  }
}
