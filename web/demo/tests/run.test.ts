// `make run` from outside: what it prints, what answers, how it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tests/support/files.ts';

const FAKE_SERVER = join(import.meta.dirname, 'fake-cache-server.mjs');
const RUN = join(import.meta.dirname, '../run.ts');

async function run(env: Record<string, string>) {
  const stateDir = temporaryFolder();
  const inherited = { ...process.env };
  // The Vite plugin starts no server under Vitest.
  delete inherited['VITEST'];
  const pidFile = join(stateDir, 'pid');
  const child = spawn(process.execPath, [RUN], {
    env: {
      ...inherited,
      STATE_DIR: join(stateDir, 'state'),
      PORT: '0',
      S3_PORT: '0',
      LATENCY_MS: '0',
      IMAGE_CACHE_BIN: FAKE_SERVER,
      PID_FILE: pidFile,
      ...env,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (output.out += String(chunk)));
  child.stderr.on('data', (chunk) => (output.err += String(chunk)));
  return { child, output, pidFile };
}

async function photos(): Promise<string> {
  const folder = join(temporaryFolder(), 'Anna');
  await mkdir(folder);
  const jpeg = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#a22' } })
    .jpeg()
    .toBuffer();
  await writeFile(join(folder, 'one.jpg'), jpeg);
  await writeFile(join(folder, 'torn.jpg'), 'not a picture');
  return folder;
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('make run', () => {
  it('serves page, bucket and cache, and leaves nothing behind on Ctrl-C', async () => {
    const { child, output, pidFile } = await run({ PHOTOS: await photos() });
    await expect.poll(() => output.out, { timeout: 60_000 }).toContain('Ctrl-C');
    expect(output.out).toMatch(/skipped .*torn\.jpg: /);
    const url = /http:\/\/localhost:\d+/.exec(output.out)?.[0] ?? '';

    expect(await (await fetch(url)).text()).toContain('<title>Actor Maker</title>');
    expect(await (await fetch(`${url}/demo/actors`)).json()).toMatchObject({
      source: 'photos',
      latency_ms: 0,
      actors: [{ id: 'Anna', pictures: [{ name: 'one.jpg' }] }],
    });
    const cache = (await (await fetch(`${url}/api/cache/stats`)).json()) as {
      args: string[];
      key: string;
    };
    expect(cache.args).toContain('--s3-path-style');
    expect(cache.key).toBe('S3RVER');

    child.kill('SIGINT');
    expect(await exitCode(child)).toBe(0);
    const pid = Number(await readFile(pidFile, 'utf8'));
    expect(isAlive(pid)).toBe(false);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('does not finish drawing when Ctrl-C is pressed meanwhile', async () => {
    const { child, output } = await run({});
    await expect.poll(() => output.out, { timeout: 60_000 }).toContain('Drawing');
    child.kill('SIGINT');
    expect(await exitCode(child)).toBe(0);
    expect(output.out).not.toContain('Ctrl-C stops everything');
    expect(output.err).toBe('');
  });

  it('says which port is taken, and stops', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const PORT = String((other.address() as AddressInfo).port);
    const { child, output } = await run({ PHOTOS: await photos(), PORT });
    expect(await exitCode(child)).toBe(1);
    expect(output.err).toBe(
      `actor-maker: Port ${PORT} is taken: stop what uses it, or choose another with PORT.\n`,
    );
  });

  it.each([
    [
      'a cache server that is not built',
      { IMAGE_CACHE_BIN: '/no/such/image-cache' },
      1,
      /make build/,
    ],
    ['a folder that is not there', { PHOTOS: '/no/such/folder' }, 2, /no folder/],
    ['a folder without pictures', { PHOTOS: join(import.meta.dirname) }, 1, /no JPEG/],
    ['a state folder that is a file', { STATE_DIR: RUN }, 1, /STATE_DIR/],
    ['two sources', { PHOTOS: '/tmp', BUCKET: 'b' }, 2, /exclude/],
    ['a port that cannot be', { PORT: 'http' }, 2, /PORT/],
    [
      'a bucket without credentials',
      {
        BUCKET: 'some-bucket',
        HOME: '/nonexistent',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
      },
      1,
      /credentials/,
    ],
  ])('answers %s with one line', async (_name, env, code, message) => {
    const { child, output } = await run(env);
    expect(await exitCode(child)).toBe(code);
    expect(output.err).toMatch(message);
    expect(output.err.trimEnd().split('\n')).toHaveLength(1);
  });
});
