// What the program says before it serves and in its other subcommands, what it takes over from an earlier system, and
// who may look into its memory.
import { readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { expectNoSecret, expectNoSecretBelow, presigned, secrets } from '../../support/canaries.ts';
import { run } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';

const { password, secretKey } = secrets;

describe('an error of the program', () => {
  it.each<[string, string[], Record<string, string>, string]>([
    ['an endpoint of the environment', [], { AWS_ENDPOINT_URL_S3: `http://u:${password}@h` }, ''],
    ['an endpoint', ['--s3-endpoint', `http://u:${password}@h`], {}, ''],
    ['an endpoint with a query', ['--s3-endpoint', presigned('http://h/')], {}, ''],
    ['an origin', ['--origin', `https://u:${password}@h`], {}, ''],
    ['an origin of the environment', [], { IMAGE_CACHE_ORIGIN: presigned('https://h/') }, ''],
    ['an option that there is not', ['--token', secrets.bearer], {}, ''],
    ['one with its value', [`--token=${secrets.bearer}`], {}, ''],
    ['a key without its secret', [], { AWS_SECRET_ACCESS_KEY: secretKey }, ''],
    ['an unknown key of the file', [], {}, `aws-secret-access-key = "${secretKey}"`],
    ['a value without quotes in the file', [], {}, `secret = ${secretKey}`],
    ['a line that is no TOML', [], {}, `${secretKey}`],
    ['a table in the file', [], {}, `[token-file]\nsecret = "${secretKey}"`],
    ['a text without an end in the file', [], {}, `token-file = "${secretKey}`],
  ])('about %s repeats no secret', async (_, args, env, config) => {
    const file = join(temporaryFolder(), 'image-cache.toml');
    await writeFile(file, config);
    const { code, stdout, stderr } = await run(
      ['serve', '--listen', '127.0.0.1:0', '--config', file, ...args],
      { env },
    );
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^image-cache: \S/);
    expectNoSecret('stderr', stdout + stderr);
  });
});

it('the log of warm names no signature, with a server and without', async () => {
  const origin = await ScriptedOrigin.start();
  const denied = answer(403, `<Error><Code>${secrets.signature}</Code></Error>`);
  const good = origin.on('/training/0001/a.jpg', answer(200, await picture(1)));
  const urls = [
    presigned(good),
    presigned(origin.on('/training/0001/b.jpg', denied)),
    `http://u:${password}@127.0.0.1/a.jpg`,
  ];
  const list = join(temporaryFolder(), 'list.json');
  const images = urls.map((s3_url) => ({ s3_url }));
  await writeFile(list, JSON.stringify({ actor_id: '0001', images }));
  const cacheDir = join(temporaryFolder(), 'cache');
  const args = ['--cache-dir', cacheDir, '--s3-endpoint', origin.url, '--log-level', 'trace'];
  const warm = async () => {
    const { code, stdout, stderr } = await run(['warm', list, '--min-free', '1MiB', ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain('failed: ');
    expectNoSecret('warm', stdout + stderr);
  };
  await warm();
  const server = await CacheServer.start({ cacheDir, args: ['--s3-endpoint', origin.url] });
  await warm();
  for (const command of [['stats'], ['verify'], ['clear', '0001']]) {
    const { code, stdout, stderr } = await run([...command, '--cache-dir', cacheDir]);
    expect(code, stderr).toBe(0);
    expectNoSecret(command[0] ?? '', stdout + stderr);
  }
  expect(await server.stop()).toBe(0);
  await expectNoSecretBelow(cacheDir);
  await origin.stop();
});

it('signatures in the manifest of an earlier system are dropped when it is adopted', async () => {
  const cacheDir = join(temporaryFolder(), 'cache');
  const body = await picture(1);
  await mkdir(join(cacheDir, 'images/0001'), { recursive: true });
  await writeFile(join(cacheDir, 'images/0001/0001_abc123.jpg'), body);
  const entry = (key: string, local_path: string) => ({
    s3_url: presigned(key),
    local_path,
    cached_at: 1729176000000,
    size_bytes: body.length,
    actor_id: '0001',
    filename: 'a.jpg',
    etag: '"1"',
  });
  const key = 'https://s3.amazonaws.com/training/0001/a.jpg';
  const local = '.image-cache/images/0001/0001_abc123.jpg';
  const entries = [
    entry(key, local),
    entry('https://s3.amazonaws.com/training/0001/gone.jpg', local.replace('abc', 'def')),
    entry('https://s3.amazonaws.com/training/0001/bad.jpg', `../${secrets.signature}.jpg`),
    entry(`https://u:${password}@s3.amazonaws.com/training/0001/c.jpg`, local),
    { s3_url: presigned(`${key}2`) },
  ];
  await writeFile(
    join(cacheDir, 'manifest.json'),
    JSON.stringify({
      version: '1.0',
      last_updated: 1729176000000,
      entries: Object.fromEntries(entries.map((one) => [one.s3_url, one])),
    }),
  );
  const server = await CacheServer.start({ cacheDir, args: ['--log-level', 'trace'] });
  expect(Object.keys((await server.manifest()).entries)).toEqual([key]);
  expect((await server.get(imageTarget(local))).body.equals(body)).toBe(true);
  expect(await server.stop()).toBe(0);
  expect(server.stderr).toContain('not adopted');
  expectNoSecret('the log', server.stderr);
  await expectNoSecretBelow(cacheDir);
});

describe('--token-file', () => {
  const start = async (content: string, mode = 0o600) => {
    const file = join(temporaryFolder(), 'token');
    await writeFile(file, content);
    await chmod(file, mode);
    return CacheServer.start({ args: ['--token-file', file] });
  };
  const long = `${secrets.bearer}-${'x'.repeat(32)}`;

  it.each([
    ['that others can read', `${long}\n`, 0o644, /chmod 600/],
    ['that is short enough to be guessed', 'short\n', 0o600, /openssl rand/],
  ])('warns of a token %s', async (_, content, mode, warning) => {
    const server = await start(content, mode);
    await server.stop();
    expect(server.stderr).toMatch(warning);
    expectNoSecret('the log', server.stderr);
  });

  it('says nothing of a good one, however its line ends', async () => {
    for (const end of ['', '\n', '\r\n']) {
      const server = await start(long + end);
      const authorization = `Bearer ${long}`;
      const cleared = await server.post('/api/cache/clear-all', undefined, { authorization });
      expect(cleared.status).toBe(200);
      await server.stop();
      expect(server.stderr).not.toMatch(/warn/);
    }
  });

  it.each([
    ['empty', ''],
    ['only a line end', '\n'],
    ['two words', `${long} b`],
    ['two lines', `${long}\n${long}\n`],
    ['a byte order mark', `\ufeff${long}`],
    ['too long', `${long}${'x'.repeat(4096)}`],
  ])('refuses one that is %s, and does not repeat it', async (_, content) => {
    const file = join(temporaryFolder(), 'token');
    await writeFile(file, content);
    const { code, stderr } = await run(['serve', '--token-file', file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/must hold one token/);
    expectNoSecret('stderr', stderr);
  });
});

describe('the memory of the server', () => {
  const coreLimit = (pid: number): string[] =>
    (
      /^Max core file size +(\S+) +(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? []
    ).slice(1);
  // The kernel gives the files of a process that is not dumpable to root, so that nobody else attaches to it.
  const nobody = { wrapper: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] };

  it('is in no core dump, and hidden from other processes of its user', async () => {
    const server = await CacheServer.start();
    expect(coreLimit(server.pid)).toEqual(['0', '0']);
    await server.stop();
  });

  it.runIf(process.getuid?.() === 0)('belongs to root, unless it is --debuggable', async () => {
    for (const [args, owner] of [
      [[], 0],
      [['--debuggable'], 65534],
    ] as const) {
      const cacheDir = temporaryFolder();
      await chmod(cacheDir, 0o777);
      const server = await CacheServer.start({ cacheDir, args: [...args], ...nobody });
      expect(statSync(`/proc/${server.pid}/environ`).uid).toBe(owner);
      expect(await readFile(`/proc/${server.pid}/limits`, 'utf8')).toContain('Max core file size');
      await server.stop();
    }
  });
});
