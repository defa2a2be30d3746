// When the worker is installed, takes over, and is told something by a page.
import { KEEP, messageOf, TAKE_OVER } from '../messages.js';
import { keepModule, MODULE_FILES } from './module-file.js';
import { PICTURES } from './picture-store.js';
import { scope } from './scope.js';

export interface LifecycleParts {
  /** '': it needs no keeping. */
  wasmUrl: string;
  takesOver: boolean;
  keep: (sources: string[]) => Promise<void>;
}

export function installLifecycle({ wasmUrl, takesOver, keep }: LifecycleParts): void {
  scope.addEventListener('install', (event) => {
    if (takesOver) event.waitUntil(scope.skipWaiting());
    // Without it the worker keeps pictures all the same; it is asked for again when it is needed.
    if (wasmUrl !== '') event.waitUntil(keepModule(wasmUrl).catch(() => undefined));
  });

  scope.addEventListener('activate', (event) => {
    // The first visit is served too: its pictures are there at the second.
    event.waitUntil(Promise.all([scope.clients.claim(), deleteOtherVersions()]));
  });

  scope.addEventListener('message', (event) => {
    const { type, sources = [] } = messageOf(event.data);
    if (type === TAKE_OVER) event.waitUntil(scope.skipWaiting());
    if (type !== KEEP) return;
    const answer = (): void => {
      event.ports[0]?.postMessage(true);
    };
    event.waitUntil(keep(sources).then(answer, answer));
  });
}

/** Of the formats of another release, newer or older. */
async function deleteOtherVersions(): Promise<void> {
  for (const name of await caches.keys()) {
    const isOurs = /^image-cache-(pictures|module)-/.test(name);
    if (isOurs && name !== PICTURES && name !== MODULE_FILES) await caches.delete(name);
  }
}
