// Tells the application's service worker, where one serves this page, to keep pictures for when there is no
// network. It fetches them from the cache server, when nothing else is to be done.
import { KEEP } from '../sw/messages.js';

export function keepOffline(sources: string[]): void {
  const workers = (globalThis.navigator as Partial<Navigator> | undefined)?.serviceWorker;
  workers?.controller?.postMessage({ type: KEEP, sources });
}
