import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createServer, preview, type ViteDevServer } from 'vite';
import { findBinary } from '../src/vite/find-binary.js';
import { imageCache, type ImageCachePluginOptions } from '../src/vite/index.js';
import { FakeServer } from './support/fake-server.js';
import { until } from './support/setup.js';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), 'fixtures');
const binary = join(fixtures, 'cache-server.mjs');
const root = join(fixtures, 'vite-app');
const open: { close: () => Promise<unknown> }[] = [];

interface Self {
  pid: number;
  args: string[];
  region?: string;
  url: string;
  host: string;
}

beforeEach(() => vi.stubEnv('VITEST', undefined));
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  vi.unstubAllEnvs();
});

async function dev(options: ImageCachePluginOptions): Promise<ViteDevServer> {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    server: { port: 0, host: '127.0.0.1' },
    plugins: [imageCache(options)],
  });
  open.push(server);
  return server.listen();
}

const manifestOf = async (pageUrl: string): Promise<Self> =>
  (await (await fetch(new URL('/api/cache/manifest', pageUrl))).json()) as Self;

const urlOf = (server: Pick<ViteDevServer, 'resolvedUrls'>): string =>
  server.resolvedUrls?.local[0] ?? '';

const isNever = (): boolean => false;
const isGone = (): boolean => true;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('imageCache() in Vite', () => {
  it('starts the server, answers below /api/cache and ends it with Vite', async () => {
    const vite = await dev({
      binary,
      cacheDir: 'pictures',
      args: ['--origin', 'x'],
      env: { AWS_REGION: 'eu-west-1' },
    });
    const self = await manifestOf(urlOf(vite));
    expect(self).toMatchObject({
      url: '/api/cache/manifest',
      region: 'eu-west-1',
      host: new URL(urlOf(vite)).host, // so that the page's Origin is the server's own
      args: [
        ...['serve', '--listen', '127.0.0.1:0', '--cache-dir', join(root, 'pictures')],
        '--exit-with-parent',
        ...['--origin', 'x'],
      ],
    });
    await vite.close();
    expect(isAlive(self.pid)).toBe(false);
  });

  it('keeps its one server through a restart of Vite', async () => {
    const vite = await dev({ binary });
    const before = await manifestOf(urlOf(vite));
    await vite.restart();
    expect((await manifestOf(urlOf(vite))).pid).toBe(before.pid);
    await vite.close();
    expect(isAlive(before.pid)).toBe(false);
  });

  it('answers in `vite preview` too', async () => {
    const server = await preview({
      root,
      configFile: false,
      logLevel: 'silent',
      preview: { port: 0, host: '127.0.0.1' },
      plugins: [imageCache({ binary })],
    });
    open.push(server);
    const self = await manifestOf(urlOf(server));
    await server.close();
    expect(isAlive(self.pid)).toBe(false);
  });

  it('only passes on to a server that is named', async () => {
    const server = await new FakeServer().start();
    open.push({ close: () => server.stop() });
    const vite = await dev({ url: server.url });
    expect(await manifestOf(urlOf(vite))).toMatchObject({ version: '1.0', entries: {} });
  });

  it('says so when the program is missing or ends at once', async () => {
    await expect(dev({ binary: 'no-such-program' })).rejects.toThrow(
      /^image-cache: the option 'binary' names .*no-such-program, which is not a program/,
    );
    await expect(dev({ binary, args: ['--fail'] })).rejects.toThrow(
      /ended before it listened \(exit code 2\)/,
    );
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends the server on %s', async (signal) => {
    const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin');
    const child = spawn(process.execPath, [join(vite, 'vite.js'), '--logLevel', 'info'], {
      cwd: root,
      env: { ...process.env, IMAGE_CACHE_BIN: binary, NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    open.push({ close: () => Promise.resolve(child.kill('SIGKILL')) });
    const cacheUrl = await new Promise<string>((resolve) => {
      createInterface(child.stdout).on('line', (line) => {
        const url = /image-cache: \/api\/cache → (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      });
    });
    expect(await manifestOf(cacheUrl)).toMatchObject({ url: '/api/cache/manifest' });
    child.kill(signal);
    await ended;
    await until(() => manifestOf(cacheUrl).then(isNever, isGone));
  });
});

describe('findBinary', () => {
  it('takes the option, then IMAGE_CACHE_BIN', () => {
    vi.stubEnv('IMAGE_CACHE_BIN', binary);
    expect(findBinary(undefined, root)).toBe(binary);
    expect(findBinary('../cache-server.mjs', root)).toBe(binary);
  });

  it('says what to do when there is none', () => {
    vi.stubEnv('IMAGE_CACHE_BIN', '');
    vi.stubEnv('PATH', '/nonexistent');
    expect(() => findBinary(undefined, '/nonexistent')).toThrow(/make build.*IMAGE_CACHE_BIN/);
  });
});
