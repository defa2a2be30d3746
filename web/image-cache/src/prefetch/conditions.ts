// What the page knows of its network and of who looks at it, for the module's queue, which decides what
// follows from it. Where there is no page (a test in Node) nothing holds.
import type { PrefetchConditions } from '../module/generated/image_cache.js';

/** The Network Information API, which only some browsers have. */
interface Connection extends EventTarget {
  saveData?: boolean;
  effectiveType?: string;
}

const connectionOf = (): Connection | undefined =>
  (globalThis.navigator as { connection?: Connection } | undefined)?.connection;

export function conditions(): PrefetchConditions {
  const { saveData = false, effectiveType = '' } = connectionOf() ?? {};
  return {
    offline: (globalThis.navigator as Partial<Navigator> | undefined)?.onLine === false,
    saveData,
    slow: effectiveType.endsWith('2g'),
    hidden: typeof document !== 'undefined' && document.hidden,
  };
}

/** Calls `changed` after every change, until `signal` says that it is enough. */
export function watchConditions(changed: () => void, signal: AbortSignal): void {
  if (typeof document === 'undefined') return;
  connectionOf()?.addEventListener('change', changed, { signal });
  document.addEventListener('visibilitychange', changed, { signal });
  for (const event of ['online', 'offline']) addEventListener(event, changed, { signal });
}
