// What the page knows of its network and of who looks at it, for the module's queue, which decides what
// follows from it. Where there is no page (a test in Node) nothing holds.
import type { PrefetchConditions } from '../module/generated/image_cache.js';

/** The Network Information API, which only some browsers have. */
interface Connection extends EventTarget {
  saveData?: boolean;
  effectiveType?: string;
}

interface Network {
  connection?: Connection;
  onLine?: boolean;
}

const network = (): Network => (globalThis.navigator as Network | undefined) ?? {};

export function conditions(): PrefetchConditions {
  const { connection, onLine } = network();
  return {
    offline: onLine === false,
    saveData: connection?.saveData === true,
    slow: connection?.effectiveType?.endsWith('2g') === true,
    hidden: typeof document !== 'undefined' && document.hidden,
  };
}

/** Calls `changed` after every change, until `signal` says that it is enough. */
export function watchConditions(changed: () => void, signal: AbortSignal): void {
  if (typeof document === 'undefined') return;
  const watch = (target: EventTarget | undefined, event: string): void => {
    target?.addEventListener(event, changed, { signal });
  };
  watch(network().connection, 'change');
  watch(document, 'visibilitychange');
  for (const event of ['online', 'offline']) addEventListener(event, changed, { signal });
}
