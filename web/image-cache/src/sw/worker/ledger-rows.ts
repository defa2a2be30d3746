// The ledger in IndexedDB, so that a worker that is started again knows what it has: written in batches.
import type { LedgerRow } from './ledger.js';

/** A new form gets a new name: an old worker and a new one never open each other's. */
const DATABASE = 'image-cache-worker-v1';
const STORE = 'pictures';

export interface LedgerRows {
  all(): Promise<LedgerRow[]>;
  /** All or nothing; rejects when the disk is full or forbidden. */
  write(changed: LedgerRow[], removed: string[]): Promise<void>;
}

export const ledgerRows: LedgerRows = {
  all: () => inStore('readonly', (store) => store.getAll()) as Promise<LedgerRow[]>,

  async write(changed, removed) {
    await inStore('readwrite', (store) => {
      for (const path of removed) store.delete(path);
      for (const row of changed) store.put(row);
      return store.count();
    });
  },
};

async function inStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE, { keyPath: 'path' });
  };
  await end(opening, 'success', 'error');
  const database = opening.result;
  const transaction = database.transaction(STORE, mode);
  const request = work(transaction.objectStore(STORE));
  database.close(); // takes effect when the transaction is over
  await end(transaction, 'complete', 'abort');
  return request.result;
}

function end(work: IDBRequest | IDBTransaction, good: string, bad: string): Promise<void> {
  return new Promise((resolve, reject) => {
    work.addEventListener(good, () => {
      resolve();
    });
    work.addEventListener(bad, () => {
      reject(work.error ?? new Error(bad));
    });
  });
}
