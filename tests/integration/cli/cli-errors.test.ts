// Every failure to start is one line that says what and what to do, with the exit code of the contract.
import { execFile } from 'node:child_process';
import { mkdir, readlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { binary } from '../../support/binary.ts';
import { CacheServer, cleanEnvironment } from '../../support/cache-server.ts';
import { run, type Run } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/files.ts';

function expectOneLine(result: Run, code: number, mentions: string | RegExp): void {
  expect(result.code, result.stderr).toBe(code);
  expect(result.stdout).toBe('');
  expect(result.stderr.trimEnd().split('\n'), result.stderr).toHaveLength(1);
  expect(result.stderr).toMatch(mentions);
}

const serve = (...args: string[]): Promise<Run> =>
  run(['serve', '--listen', '127.0.0.1:0', ...args]);

describe('wrong usage ends with 2', () => {
  const table: [string, string[], string][] = [
    ['no subcommand', [], 'subcommand'],
    ['an unknown subcommand', ['fly'], 'fly'],
    ['an unknown option', ['serve', '--fast'], '--fast'],
    ['an option without its value', ['serve', '--listen'], '--listen'],
    ['a size that is none', ['serve', '--max-size', 'large'], '--max-size'],
    ['a negative size', ['serve', '--max-size', '-5'], '--max-size'],
    ['a size past every number', ['serve', '--max-size', '99999999999TiB'], '--max-size'],
    ['a listen address without a port', ['serve', '--listen', 'localhost'], '--listen'],
    ['a port that there is not', ['serve', '--listen', '127.0.0.1:99999'], '--listen'],
    ['a number that is none', ['serve', '--downloads', 'many'], '--downloads'],
    ['no downloads', ['serve', '--downloads', '0'], '--downloads'],
    ['a log level that there is not', ['serve', '--log-level', 'loud'], '--log-level'],
    ['a log format that there is not', ['serve', '--log-format', 'xml'], '--log-format'],
    ['an origin that is none', ['serve', '--origin', 'not an origin'], '--origin'],
    ['an odd address', ['serve', '--origin', 'http://127.1'], '--origin'],
    ['an address that is none', ['serve', '--origin-address', 'intra'], '--origin-address'],
    ['a network that is none', ['serve', '--origin-address', '10.1.2.3/8'], '10.0.0.0'],
    ['an origin without a scheme', ['serve', '--allowed-origin', 'a:3000'], 'is no web origin'],
    ['an origin with a path', ['serve', '--allowed-origin', 'http://a/'], 'is no web origin'],
    ['a host with a port', ['serve', '--allowed-host', 'foo:80'], 'is no host name alone'],
    ['a host that is a URL', ['serve', '--allowed-host', 'http://foo'], 'is no host name alone'],
    ['an endpoint that is none', ['serve', '--s3-endpoint', 'localhost:9000'], '--s3-endpoint'],
    ['fewer files than none', ['serve', '--min-free-inodes', '-5'], "'-5' is not a whole number"],
    ['no pixels', ['serve', '--max-image-pixels', '0'], "'0' is not a whole number from 1 on"],
    ['warm without a source', ['warm'], 'SOURCE'],
    // A variable of the shell that is not set; "clear" alone would remove everything.
    ['an empty actor', ['clear', ''], 'ACTOR has an empty value'],
    ['an empty actor to warm', ['warm', '--actor', '', 'list'], '--actor has an empty value'],
    ['an empty cache folder', ['clear', '--cache-dir', ''], '--cache-dir has an empty value'],
    ['nothing behind the =', ['clear', '--cache-dir=', '0001'], '--cache-dir has an empty value'],
  ];
  it.each(table)('%s', async (_, args, mentions) => {
    expectOneLine(await run(args), 2, mentions);
  });

  it('as an environment variable too', async () => {
    const result = await run(['serve', '--listen', '127.0.0.1:0'], {
      env: { IMAGE_CACHE_MAX_SIZE: 'large' },
    });
    expectOneLine(result, 2, /IMAGE_CACHE_MAX_SIZE|--max-size/);
  });
});

describe('a failure ends with 1', () => {
  it('a taken port', async () => {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const result = await run(['serve', '--listen', `127.0.0.1:${port}`]);
    expectOneLine(result, 1, String(port));
    listener.close();
  });

  it('an address that is not of this machine', async () => {
    expectOneLine(await run(['serve', '--listen', '192.0.2.1:0']), 1, '192.0.2.1');
  });

  it('a cache folder that is a file, or below one', async () => {
    const file = join(temporaryFolder(), 'file');
    await writeFile(file, 'not a folder');
    expectOneLine(await serve('--cache-dir', file), 1, file);
    expectOneLine(await serve('--cache-dir', join(file, 'below')), 1, file);
  });

  it('a cache folder in which the pictures folder is a file', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'images'), 'not a folder');
    expectOneLine(await serve('--cache-dir', folder), 1, folder);
  });

  it('a profile that there is not', async () => {
    const result = await run(['serve', '--listen', '127.0.0.1:0'], {
      env: { AWS_PROFILE: 'studio' },
    });
    expectOneLine(result, 1, 'studio');
  });

  it('half of the credentials, without showing them', async () => {
    const result = await run(['serve', '--listen', '127.0.0.1:0'], {
      env: { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE' },
    });
    expectOneLine(result, 1, 'AWS_SECRET_ACCESS_KEY');
    expect(result.stderr).not.toContain('AKIDEXAMPLE');
  });

  it('a token file that is missing or empty', async () => {
    const folder = temporaryFolder();
    expectOneLine(await serve('--token-file', join(folder, 'missing')), 1, 'missing');
    await writeFile(join(folder, 'empty'), '\n');
    expectOneLine(await serve('--token-file', join(folder, 'empty')), 1, 'empty');
  });

  it('a folder of a page that is missing', async () => {
    const folder = join(temporaryFolder(), 'missing');
    expectOneLine(await serve('--static-dir', folder), 1, folder);
  });

  it('a list to warm that is missing, no JSON, or of another form', async () => {
    const folder = temporaryFolder();
    const warm = (file: string): Promise<Run> =>
      run(['warm', '--cache-dir', join(folder, 'cache'), file]);
    expectOneLine(await warm(join(folder, 'missing.json')), 1, 'missing.json');
    await writeFile(join(folder, 'broken.json'), '{"actor_id": ');
    expectOneLine(await warm(join(folder, 'broken.json')), 1, 'broken.json');
    await writeFile(join(folder, 'other.json'), '{"actors": 3}');
    expectOneLine(await warm(join(folder, 'other.json')), 1, 'other.json');
  });
});

describe('what cannot be written to standard output ends with 1', () => {
  const shell = (command: string): Promise<Run> =>
    new Promise((resolve) => {
      const options = { cwd: temporaryFolder(), env: cleanEnvironment() };
      const child = execFile('sh', ['-c', command], options, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });

  it.each(['stats --json', 'verify', 'clear', '--help', 'generate man'])('%s', async (command) => {
    const wanted = /standard output cannot be written to/;
    expectOneLine(await shell(`${binary} ${command} >/dev/full`), 1, wanted);
    expectOneLine(await shell(`${binary} ${command} >&-`), 1, wanted);
  });

  it('but for a server, which serves on, and opens nothing in the place of what is closed', async () => {
    const server = await CacheServer.start({
      wrapper: ['sh', '-c', 'exec "$0" "$@" 2>&- <&-'],
    });
    const open = (fd: number): Promise<string> => readlink(`/proc/${server.pid}/fd/${fd}`);
    expect([await open(0), await open(2)]).toEqual(['/dev/null', '/dev/null']);
    expect(await server.stop()).toBe(0);
  });
});

describe('a config file', () => {
  it.each([
    ['missing', undefined],
    ['no TOML', 'max-size = = 3\n'],
    ['with an unknown option', 'max-sise = "3GiB"\n'],
    ['with a wrong value', 'max-size = "large"\n'],
  ])('that is %s ends with 2', async (_, content) => {
    const folder = temporaryFolder();
    const file = join(folder, 'image-cache.toml');
    if (content !== undefined) await writeFile(file, content);
    expectOneLine(await serve('--config', file), 2, /image-cache\.toml|max-si[sz]e/);
  });

  it('with an empty value does not set it, and leaves the next line alone', async () => {
    const file = join(temporaryFolder(), 'image-cache.toml');
    await writeFile(file, 'token-file = ""\norigin = ["", "https://a.example"]\nmax-size = "x"\n');
    expectOneLine(await serve('--config', file), 2, `'x' is not a size`);
    await writeFile(file, 'token-file = ""\n');
    expect(await run(['stats', '--config', file])).toMatchObject({ code: 0, stderr: '' });
    const trailing = await run(['serve', '--threads', 'x'], {
      env: { IMAGE_CACHE_ORIGIN: 'https://a.example,' },
    });
    expectOneLine(trailing, 2, '--threads');
  });

  it('is not blamed for an option whose name only begins like one of it', async () => {
    const file = join(temporaryFolder(), 'image-cache.toml');
    await writeFile(file, 'min-free = "1GiB"\nmin-free-inodes = "x"\n');
    expectOneLine(await serve('--config', file), 2, 'image-cache.toml:2)');
    await writeFile(file, 'min-free = "1GiB"\n');
    const given = await serve('--config', file, '--min-free-inodes', 'x');
    expectOneLine(given, 2, /--min-free-inodes.*see image-cache serve --help/);
  });

  it('that has no end ends with 2', async () => {
    expectOneLine(await serve('--config', '/dev/zero'), 2, 'larger than 1 MiB');
  });

  it('that is a folder ends with 2', async () => {
    const folder = join(temporaryFolder(), 'folder.toml');
    await mkdir(folder);
    expectOneLine(await serve('--config', folder), 2, 'folder.toml');
  });
});

describe('--help', () => {
  it.each([[], ['serve'], ['stats'], ['warm'], ['clear']])(
    'of "%s" goes to stdout and ends with 0',
    async (...sub) => {
      const result = await run([...sub.filter(Boolean), '--help']);
      expect(result).toMatchObject({ code: 0, stderr: '' });
      expect(result.stdout).toContain('image-cache');
    },
  );

  it('names every option of serve', async () => {
    const { stdout } = await run(['serve', '--help']);
    for (const option of [
      '--listen',
      '--cache-dir',
      '--origin',
      '--s3-endpoint',
      '--s3-region',
      '--s3-path-style',
      '--max-size',
      '--min-free',
      '--max-image-size',
      '--allowed-host',
      '--allowed-origin',
      '--token-file',
      '--static-dir',
      '--no-console',
      '--threads',
      '--downloads',
      '--log-level',
      '--log-format',
      '--config',
    ]) {
      expect(stdout).toContain(option);
    }
  });
});
