// The list of dependencies that the build makes: it is compared with what the running server has in memory and
// with what is in node_modules, and not with what it was made from.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { debianLicence, unknownLicences } from '../../../scripts/sbom/licences.ts';
import { root } from '../../support/binary.ts';
import { CacheServer } from '../../support/cache-server.ts';

interface Sbom {
  spdxVersion: string;
  packages: { name: string; SPDXID: string; versionInfo: string; licenseDeclared: string }[];
  relationships: { spdxElementId: string; relationshipType: string; relatedSpdxElement: string }[];
}

if (!existsSync(`${root}/build/image-cache.spdx.json`)) throw new Error('run `make sbom` before');
const read = (path: string): unknown => JSON.parse(readFileSync(`${root}/${path}`, 'utf8'));
const sbom = read('build/image-cache.spdx.json') as Sbom;
const named = (name: string) => sbom.packages.find((each) => each.name === name);
const ours = (name: string) => `SPDXRef-ours-${name}`;
const partsOf = (product: string) =>
  sbom.relationships
    .filter(({ spdxElementId }) => spdxElementId === ours(product))
    .map(({ relatedSpdxElement }) => relatedSpdxElement);

describe('the list of dependencies', () => {
  it('has the package of every library that the running server has in memory', async () => {
    // What it has mapped is read, maybe not by root.
    const server = await CacheServer.start({ args: ['--debuggable'] });
    const maps = readFileSync(`/proc/${String(server.pid)}/maps`, 'utf8');
    await server.stop();
    const libraries = new Set(maps.match(/\/\S+\.so[.\d]*$/gm));
    const paths = [...libraries].filter((path) => !/lib(asan|tsan|ubsan)\./.test(path)); // of sanitizers
    expect(paths.map((path) => basename(path))).toContain('libc.so.6');

    // /lib is a link to /usr/lib, and dpkg knows a file by either name. Lines: "package:arch: path".
    const either = paths.flatMap((path) => [path, path.replace(/^\/usr/, '')]);
    const owners = spawnSync('dpkg-query', ['-S', ...either], { encoding: 'utf8' }).stdout.split(
      '\n',
    );
    const parts = partsOf('image-cache-server');
    const isListed = (line: string) => parts.includes(named(line.replace(/:.*/, ''))?.SPDXID ?? '');
    const unlisted = paths.filter(
      (path) => !owners.some((line) => line.endsWith(`/${basename(path)}`) && isListed(line)),
    );
    expect(unlisted).toEqual([]);
  });

  it.each(['libboost1.81-dev', 'nlohmann-json3-dev', 'libexpected-dev', 'libcli11-dev'])(
    'has %s, of which there is only code in the server',
    (name) => {
      expect(partsOf('image-cache-server')).toContain(named(name)?.SPDXID);
    },
  );

  it('has the npm packages that come with ours, as they are installed, and no tools', () => {
    // Of the service worker, and of the server's own page.
    for (const name of ['workbox-routing', 'workbox-core', 'react', 'uplot']) {
      const installed = read(`node_modules/${name}/package.json`) as Record<string, string>;
      expect(named(name)).toMatchObject({
        versionInfo: installed['version'],
        licenseDeclared: installed['license'],
      });
    }
    expect(named('vitest')).toBeUndefined();
    expect(named('typescript')).toBeUndefined();
  });

  it('has what the WebAssembly module was made from', () => {
    expect(partsOf('image-cache')).toContain(named('emscripten')?.SPDXID);
    expect(partsOf('image-cache')).toContain(named('nlohmann-json3-dev')?.SPDXID);
  });

  it('tells version and licence of each, once', () => {
    expect(sbom.spdxVersion).toBe('SPDX-2.3');
    for (const each of sbom.packages) {
      expect(each.versionInfo, each.name).toMatch(/^\d/);
      expect(each.licenseDeclared, each.name).not.toMatch(/NOASSERTION|LicenseRef/);
    }
    const ids = sbom.packages.map(({ SPDXID }) => SPDXID);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { relatedSpdxElement } of sbom.relationships)
      expect(ids).toContain(relatedSpdxElement);
  });
});

describe('a licence', () => {
  it('that nobody has allowed is named', () => {
    const packages = [
      { name: 'fine', licenseDeclared: 'MIT' },
      { name: 'theirs', licenseDeclared: 'AGPL-3.0-only' },
    ];
    expect(unknownLicences(packages)).toEqual(['theirs: AGPL-3.0-only']);
  });

  it('that Debian has no known name for is not guessed', () => {
    const copyright = 'Format: x\n\nFiles: *\nCopyright: someone\nLicense: Own-1\n';
    expect(debianLicence('new', 'new', copyright)).toBe('LicenseRef-unknown-new-Own-1');
    expect(debianLicence('new', 'new', 'no such format')).toBe('LicenseRef-unknown-new-none');
    expect(debianLicence('new', 'new', copyright.replace('Own-1', 'Expat'))).toBe('MIT');
  });
});
