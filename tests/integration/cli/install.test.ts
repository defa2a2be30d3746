// `cmake --install`: what lies where, and what systemd thinks of the units.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { binary, root } from '../../support/binary.ts';
import { filesBelow, temporaryFolder } from '../../support/files.ts';

const built = dirname(dirname(binary));

function install(prefix: string, destdir: string): void {
  const done = spawnSync('cmake', ['--install', built, '--prefix', prefix], {
    env: { ...process.env, DESTDIR: destdir },
    encoding: 'utf8',
  });
  expect(done.stderr).toBe('');
  expect(done.status).toBe(0);
}

function analyze(...args: string[]): { status: number | null; output: string } {
  const done = spawnSync('systemd-analyze', ['--man=no', ...args], { encoding: 'utf8' });
  if (done.error !== undefined) throw done.error;
  return { status: done.status, output: done.stdout + done.stderr };
}

describe.each([
  ['/usr', '/etc/image-cache', 'vendor-completions'],
  ['/opt/image-cache', '/opt/image-cache/etc/image-cache', 'site-functions'],
])('with the prefix %s', (prefix, etc, zsh) => {
  let destdir: string;
  beforeAll(() => {
    destdir = temporaryFolder();
    install(prefix, destdir);
  });

  it('everything has its place', async () => {
    const files = (await filesBelow(destdir)).map((file) => `/${file}`);
    for (const file of [
      '/bin/image-cache',
      '/lib/image-cache/image-cache-worker',
      '/share/man/man1/image-cache.1.gz',
      '/share/bash-completion/completions/image-cache',
      `/share/zsh/${zsh}/_image-cache`,
      '/share/fish/vendor_completions.d/image-cache.fish',
      '/lib/systemd/system/image-cache.service',
      '/lib/systemd/system/image-cache.socket',
      '/share/doc/image-cache/examples/nginx/image-cache.conf',
    ])
      expect(files).toContain(prefix + file);
    expect(files).toContain(`${etc}/image-cache.toml`);
  });

  it('the unit names the program and the configuration by where they are', async () => {
    const unit = await readFile(
      join(destdir, prefix, 'lib/systemd/system/image-cache.service'),
      'utf8',
    );
    expect(unit).toContain(
      `ExecStart=${prefix}/bin/image-cache serve --config ${etc}/image-cache.toml\n`,
    );
  });

  it('a configuration that is there already stays', async () => {
    const file = join(destdir, etc, 'image-cache.toml');
    await writeFile(file, 'max-size = "50GiB"\n');
    install(prefix, destdir);
    expect(await readFile(file, 'utf8')).toBe('max-size = "50GiB"\n');
  });
});

describe('systemd', () => {
  let unit: string;
  /** A prefix where the program really is, so that systemd finds it. */
  let prefix: string;
  beforeAll(() => {
    prefix = join(temporaryFolder(), 'usr');
    install(prefix, '');
    unit = join(prefix, 'lib/systemd/system/image-cache.service');
  });

  it('finds nothing wrong with the units', () => {
    expect(analyze('verify', unit, unit.replace(/service$/, 'socket'))).toEqual({
      status: 0,
      output: '',
    });
  });

  it('finds the service well confined', () => {
    // Out of 100, the lower the better; network access alone is 5.
    const judged = analyze('security', '--offline=true', '--threshold=13', unit);
    expect(judged.status, judged.output).toBe(0);
    expect(judged.output).toContain('Overall exposure level');
  });

  it('the installed configuration is one that the program accepts', async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, 'cache'));
    const program = join(prefix, 'bin/image-cache');
    expect(existsSync(program)).toBe(true);
    const config = join(prefix, 'etc/image-cache/image-cache.toml');
    const stats = (file: string): ReturnType<typeof spawnSync> =>
      spawnSync(program, ['stats', '--config', file, '--cache-dir', join(folder, 'cache')]);
    expect(stats(config).status).toBe(0);
    // Its examples are options, too.
    const lines = (await readFile(config, 'utf8')).replace(/^# (?=[a-z-]+ = )/gm, '');
    expect(lines).toMatch(/^max-size = /m);
    await writeFile(join(folder, 'all.toml'), lines);
    expect(stats(join(folder, 'all.toml')).status).toBe(0);
  });
});

it('the example of nginx is installed as it stands in the documentation', async () => {
  const destdir = temporaryFolder();
  install('/usr', destdir);
  const example = 'examples/nginx/image-cache.conf';
  expect(await readFile(join(destdir, 'usr/share/doc/image-cache', example), 'utf8')).toBe(
    await readFile(join(root, 'docs', example), 'utf8'),
  );
});
