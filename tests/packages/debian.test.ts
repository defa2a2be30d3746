// The Debian package as `make package` makes it: what is in it, what lintian says, and a life in a root of its
// own, from the installation over an upgrade to the purge. Nothing is installed into the machine.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { debianPackage } from './debian-package.ts';

let folder: string;
let deb: string;

function run(program: string, args: string[]): { status: number | null; output: string } {
  const done = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  if (done.error !== undefined) throw done.error;
  return { status: done.status, output: done.stdout + done.stderr };
}

beforeAll(async () => {
  deb = await debianPackage();
  folder = dirname(deb);
});

it('is named after its version and architecture, and knows what it needs', () => {
  expect(deb).toMatch(/image-cache_\d+\.\d+\.\d+_[a-z0-9]+\.deb$/);
  const depends = run('dpkg-deb', ['--field', deb, 'Depends']).output;
  for (const library of ['libc6', 'libcurl4', 'libsqlite3-0', 'libssl3'])
    expect(depends).toContain(library);
});

it('lintian finds no error in it', () => {
  const judged = run('lintian', ['--allow-root', '--fail-on', 'error', deb]);
  expect(judged.status, judged.output).toBe(0);
});

it('holds a program that runs', () => {
  const root = join(folder, 'unpacked');
  execFileSync('dpkg', ['-x', deb, root]);
  expect(run(join(root, 'usr/bin/image-cache'), ['--version']).output).toMatch(/^image-cache \d/);
});

describe('in a root of its own', () => {
  let root: string;
  const config = (): string => join(root, 'etc/image-cache/image-cache.toml');
  const dpkg = (...args: string[]): string => {
    const done = run('dpkg', [
      ...[`--root=${root}`, '--force-script-chrootless', '--force-depends', '--force-not-root'],
      ...['--force-confold', ...args],
    ]);
    expect(done.status, done.output).toBe(0);
    return done.output;
  };

  beforeAll(async () => {
    root = join(folder, 'root');
    for (const below of ['var/lib/dpkg/info', 'var/lib/dpkg/updates', 'var/lib/dpkg/triggers'])
      await mkdir(join(root, below), { recursive: true });
    for (const file of ['status', 'available'])
      await writeFile(join(root, 'var/lib/dpkg', file), '');
    dpkg('--install', deb);
  });

  it('lies where it belongs', () => {
    for (const file of ['usr/bin/image-cache', 'etc/image-cache/image-cache.toml'])
      expect(existsSync(join(root, file)), file).toBe(true);
    expect(dpkg('--status', 'image-cache')).toContain('Status: install ok installed');
  });

  it('an upgrade keeps what the operator has written', async () => {
    await writeFile(config(), 'max-size = "50GiB"\n');
    // A newer version whose own configuration differs, which is when dpkg has to choose.
    const newer = join(folder, 'newer');
    execFileSync('dpkg-deb', ['--raw-extract', deb, newer]);
    const control = join(newer, 'DEBIAN/control');
    const text = await readFile(control, 'utf8');
    await writeFile(control, text.replace(/^Version: .*/m, 'Version: 99.0.0'));
    await writeFile(join(newer, 'etc/image-cache/image-cache.toml'), '# newer defaults\n');
    await chmod(join(newer, 'DEBIAN'), 0o755);
    execFileSync('dpkg-deb', ['--root-owner-group', '--build', newer, `${newer}.deb`]);
    dpkg('--install', `${newer}.deb`);
    expect(dpkg('--status', 'image-cache')).toContain('Version: 99.0.0');
    expect(await readFile(config(), 'utf8')).toBe('max-size = "50GiB"\n');
  });

  it('removing keeps configuration and cache, purging takes both', async () => {
    const cached = join(root, 'var/cache/private/image-cache');
    await mkdir(cached, { recursive: true });
    dpkg('--remove', 'image-cache');
    expect(existsSync(join(root, 'usr/bin/image-cache'))).toBe(false);
    expect(existsSync(config())).toBe(true);
    expect(existsSync(cached)).toBe(true);
    dpkg('--purge', 'image-cache');
    expect(existsSync(config())).toBe(false);
    expect(existsSync(cached)).toBe(false);
  });
});
