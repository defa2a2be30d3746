import type { ManifestView } from './manifest-view.js';

/** For each local path whether some entry has it. Looks through the whole manifest, once. A function of its own,
 *  because only the service worker needs it. */
export function knownPaths(view: ManifestView, paths: readonly string[]): boolean[] {
  const length = view.handle.knownPaths(view.give(paths.join('\n')));
  return Array.from(view.answer(length).subarray(0, paths.length), (digit) => digit === 49);
}
