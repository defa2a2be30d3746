// The page's side of the worker: registers it and answers what it asks. Costs nothing until the page has loaded.
import { ask, KEEP, messageOf, TAKE_OVER, WHAT_IS_VISIBLE } from '../messages.js';
import { visibleSources } from './visible-sources.js';

/** What one message asks to keep: a worker may be ended by the browser, and a message with it. */
const KEEP_AT_ONCE = 50;
/** As long as browsers let a message take. */
const KEPT_WITHIN_MS = 300_000;

const IS_OF_PICTURES = /^(img|image|css)$/;

export interface RegisterOptions {
  /** Which pages it serves. Default: those below its script. */
  scope?: string;
}

/** Undefined where there are no service workers (a server, plain http, some private modes), or when it cannot be
 *  registered: the console says why, and everything works as without it. */
export async function registerServiceWorker(
  url: string | URL = '/image-cache-sw.js',
  options: RegisterOptions = {},
): Promise<ServiceWorkerRegistration | undefined> {
  const workers = (globalThis.navigator as Partial<Navigator> | undefined)?.serviceWorker;
  if (workers === undefined || typeof document === 'undefined') return undefined;
  workers.addEventListener('message', ({ data, ports }) => {
    if (messageOf(data).type === WHAT_IS_VISIBLE) ports[0]?.postMessage(visibleSources());
  });
  if (workers.controller === null) {
    workers.addEventListener('controllerchange', keepWhatWentPast, { once: true });
  }
  try {
    await loaded();
    return await workers.register(url, options);
  } catch (error) {
    console.warn(
      'image-cache: the service worker is not there; nothing is kept for offline.',
      error,
    );
    return undefined;
  }
}

/** Keeps pictures for when there is no network, by any of their addresses, as far as the cache server has them.
 *  Resolves when that is done, or cannot be. */
export async function keep(sources: string[]): Promise<void> {
  const workers = (globalThis.navigator as Partial<Navigator> | undefined)?.serviceWorker;
  for (let start = 0; start < sources.length; start += KEEP_AT_ONCE) {
    const worker = (await workers?.getRegistration())?.active;
    if (!worker) return;
    await ask(
      (message, transfer) => {
        worker.postMessage(message, transfer);
      },
      { type: KEEP, sources: sources.slice(start, start + KEEP_AT_ONCE) },
      KEPT_WITHIN_MS,
    );
  }
}

/** What a page loads before the worker serves it, and a little after, the worker does not see. */
function keepWhatWentPast(): void {
  new PerformanceObserver((list) => {
    const entries = list.getEntries() as PerformanceResourceTiming[];
    const past = entries.filter(
      (entry) => entry.workerStart === 0 && IS_OF_PICTURES.test(entry.initiatorType),
    );
    void keep(past.map(({ name }) => name));
  }).observe({ type: 'resource', buffered: true });
}

/** Lets a new worker that waits take over now; reload the page when `controllerchange` tells that it has. */
export function takeOver(registration: ServiceWorkerRegistration): void {
  registration.waiting?.postMessage({ type: TAKE_OVER });
}

function loaded(): Promise<unknown> {
  if (document.readyState === 'complete') return Promise.resolve();
  return new Promise((resolve) => {
    addEventListener('load', resolve, { once: true });
  });
}
