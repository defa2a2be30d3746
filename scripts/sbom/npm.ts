// What a user of the npm package gets with it, by package-lock.json. (`npm sbom` refuses a workspace whose root has no
// version.)

import type { Dependency } from './spdx.ts';

interface LockedPackage {
  version?: string;
  license?: string;
  integrity?: string;
  dependencies?: Record<string, string>;
}

/** package-lock.json, as far as it is read here: by folder. */
export interface PackageLock {
  packages: Record<string, LockedPackage>;
}

/** The dependencies of a workspace and theirs, without those for development and those the user brings (peers). */
export function shippedPackages({ packages }: PackageLock, workspace: string): Dependency[] {
  const found = new Map<string, Dependency>();
  const visit = (folder: string) => {
    for (const name of Object.keys(packages[folder]?.dependencies ?? {})) {
      const place = placeOf(packages, folder, name);
      if (found.has(place)) continue;
      const { version = '', license: licence = 'NOASSERTION', integrity } = packages[place] ?? {};
      const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
      found.set(place, { name, version, purl, licence, ...(integrity ? { integrity } : {}) });
      visit(place);
    }
  };
  visit(workspace);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where Node would find it: in the nearest node_modules on the way up. */
function placeOf(packages: PackageLock['packages'], folder: string, name: string): string {
  for (let at = folder; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[place]) return place;
    if (at === '')
      throw new Error(`package-lock.json has no ${name}, which ${folder} needs: run npm install`);
  }
}
