// Writes what Image Cache consists of besides itself as SPDX 2.3: what the built server loads and was compiled
// with, what is in the WebAssembly module, what the npm package depends on. Nothing of it is listed by hand: it
// is asked of the program, of what the compilers read, and of package-lock.json.
// Usage: `make sbom`, after `make build`; writes build/image-cache.spdx.json.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  compiledWith,
  DebianPackages,
  dpkgLists,
  loadedLibraries,
  namedLibraries,
} from './debian.ts';
import { unknownLicences } from './licences.ts';
import { type PackageLock, shippedPackages } from './npm.ts';
import { spdxDocument } from './spdx.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): unknown => JSON.parse(readFileSync(root + path, 'utf8'));

if (!existsSync(dpkgLists)) {
  console.error(
    'sbom: not made: Debian (dpkg) is asked where libraries come from, and this system has none',
  );
  process.exit(0);
}
const debian = new DebianPackages();
const loaded = debian.owning(loadedLibraries(`${root}build/native-release/bin/image-cache`));
// What decodes pictures is a program of its own, on libraries that load a hundred others.
const ofWorker = debian.owning(
  namedLibraries(`${root}build/native-release/bin/image-cache-worker`),
);
const ofLoaded = new Set([...loaded, ...ofWorker].map(({ source }) => source));
// A library's header belongs to the library: what remains are those that are headers only.
const compiled = debian
  .owning(compiledWith(`${root}build/native-release`, 'native-server/', 'shared/'))
  .filter(({ source }) => !ofLoaded.has(source));
const inModule = debian.owning(compiledWith(`${root}build/wasm-release`, 'wasm/', 'shared/'));
const lock = read('package-lock.json') as PackageLock;
const fromNpm = shippedPackages(lock, 'web/image-cache');
const inThePage = shippedPackages(lock, 'web/console'); // which is in the server

const { version } = read('web/image-cache/package.json') as { version: string };
const document = spdxDocument(version, [
  {
    name: 'image-cache-server',
    parts: { DYNAMIC_LINK: loaded, STATIC_LINK: [...compiled, ...inThePage] },
  },
  { name: 'image-cache-worker', parts: { DYNAMIC_LINK: ofWorker } },
  { name: 'image-cache', parts: { DEPENDS_ON: fromNpm, STATIC_LINK: inModule } },
]);

const unknown = unknownLicences(document.packages);
if (unknown.length > 0) {
  console.error(`sbom: not allowed by scripts/sbom/licences.ts: ${unknown.join('; ')}`);
  process.exit(1);
}
writeFileSync(`${root}build/image-cache.spdx.json`, `${JSON.stringify(document, null, 2)}\n`);
console.log(`sbom: ${String(document.packages.length)} packages in build/image-cache.spdx.json`);
