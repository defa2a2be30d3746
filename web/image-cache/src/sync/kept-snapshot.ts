// The manifest as the last visit left it, in IndexedDB: one for an origin, the last server's that its pages
// used. Where IndexedDB is missing, full or forbidden nothing is kept and nobody is told.
//
// Opening the database takes longer than deciding that there is nothing in it, so a mark in localStorage
// says whether asking is worth it: a first visit asks its server at once.

import type { ManifestView } from '../module/manifest-view.js';

export interface KeptSnapshot {
  bytes: ArrayBuffer;
  epoch: string;
  revision: number;
  /** Milliseconds since 1970. */
  savedAt: number;
}

const DATABASE = 'image-cache';
const STORE = 'snapshots';
const MARK = 'image-cache:kept';

/** What a snapshot is kept under: the server it is of. */
export const snapshotKey = (baseUrl: string): string =>
  baseUrl || (globalThis.location as Location | undefined)?.origin || '';

/** `bytes` are what the page knows now, or have been a moment ago. */
export const keptOf = (view: ManifestView, bytes: Uint8Array<ArrayBuffer>): KeptSnapshot => ({
  bytes: bytes.buffer,
  epoch: view.handle.epoch(),
  revision: view.handle.serverRevision(),
  savedAt: Date.now(),
});

/** Undefined: there is none. */
export async function loadKept(key: string): Promise<KeptSnapshot | undefined> {
  try {
    // A worker has no localStorage, and no picture that waits.
    if (typeof localStorage !== 'undefined' && localStorage.getItem(MARK) !== key) return undefined;
    return (await inTransaction('readonly', (store) => store.get(key))) as KeptSnapshot | undefined;
  } catch {
    return undefined;
  }
}

/** In the place of whatever was kept. */
export async function saveKept(key: string, snapshot: KeptSnapshot): Promise<void> {
  try {
    await inTransaction('readwrite', (store) => {
      store.clear();
      return store.put(snapshot, key);
    });
    localStorage.setItem(MARK, key);
  } catch {
    // The next visit asks its server.
  }
}

async function inTransaction<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE);
  };
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => {
      resolve(opening.result);
    };
    opening.onerror = reject;
  });
  const transaction = database.transaction(STORE, mode);
  const request = work(transaction.objectStore(STORE));
  database.close(); // when the transaction is over: an open one would be in the way of a newer version
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = reject;
  });
  return request.result;
}
