// Which Debian packages files come from, and what those packages say of themselves.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { debianLicence } from './licences.ts';
import type { Dependency } from './spdx.ts';

/** A package made from this source package of Debian's: a library and its headers share it. */
export interface DebianPackage extends Dependency {
  source: string;
}

export const dpkgLists = '/var/lib/dpkg/info';

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });

/** Paths of the shared libraries that the dynamic linker loads for a program, those of libraries included. */
export function loadedLibraries(program: string): string[] {
  return [...run('ldd', program).matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
}

/** Of these, the ones that the program itself names: what they load in turn is the distribution's matter. */
export function namedLibraries(program: string): string[] {
  const names = new Set(
    [...run('readelf', '-dW', program).matchAll(/\(NEEDED\).*\[(.+)\]/g)].map((match) => match[1]),
  );
  return loadedLibraries(program).filter((path) => names.has(path.split('/').pop()));
}

/** Paths of the system's headers that were read for the objects of a build whose names start so. */
export function compiledWith(buildFolder: string, ...prefixes: string[]): string[] {
  const headers = new Set<string>();
  let wanted = false;
  for (const line of run('ninja', '-C', buildFolder, '-t', 'deps').split('\n')) {
    if (line !== '' && !line.startsWith(' '))
      wanted = prefixes.some((prefix) => line.startsWith(prefix));
    const path = line.trim();
    // Staged headers are links to the system's: toolchains/emscripten.cmake.
    if (wanted && (path.startsWith('/usr/') || path.includes('staged-headers/'))) {
      headers.add(path.startsWith('/') ? path : `${buildFolder}/${path}`);
    }
  }
  if (headers.size === 0)
    throw new Error(`${buildFolder} has compiled nothing yet: run make build`);
  // Ninja remembers what sources read that are gone, too.
  return [...headers].filter((path) => existsSync(path));
}

/** The database of installed packages: reading its lists at once is much quicker than `dpkg -S` for each file. */
export class DebianPackages {
  #owners = new Map<string, string>();

  constructor() {
    for (const list of readdirSync(dpkgLists)) {
      if (!list.endsWith('.list')) continue;
      const owner = list.slice(0, -'.list'.length);
      for (const path of readFileSync(`${dpkgLists}/${list}`, 'utf8').split('\n')) {
        if (/\/(include|lib|lib64|emscripten)\//.test(path)) this.#owners.set(path, owner);
      }
    }
  }

  /** The packages that these files belong to, each once, by name. A file that belongs to none is an error. */
  owning(paths: string[]): DebianPackage[] {
    const owners = new Set(paths.map((path) => this.#ownerOf(path)));
    return [...owners].sort().map((owner) => describe(owner));
  }

  #ownerOf(path: string): string {
    const real = realpathSync(path);
    // /lib is a link to /usr/lib; packages name either.
    for (const name of [path, real, `/usr${real}`, real.replace(/^\/usr/, '')]) {
      const owner = this.#owners.get(name);
      if (owner) return owner;
    }
    // Emscripten compiles its runtime from its own sources into this cache.
    if (real.startsWith('/usr/share/emscripten/')) return 'emscripten';
    throw new Error(`no Debian package owns ${real}`);
  }
}

const release = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';

function describe(owner: string): DebianPackage {
  const format = '${Package}\\t${Version}\\t${source:Package}\\t${Architecture}';
  const fields = run('dpkg-query', '-W', '-f', format, owner).split('\t');
  const [name = '', version = '', source = '', architecture = ''] = fields;
  const copyright = readFileSync(`/usr/share/doc/${name}/copyright`, 'utf8');
  const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=${release}`;
  return { name, version, source, purl, licence: debianLicence(source, name, copyright) };
}
