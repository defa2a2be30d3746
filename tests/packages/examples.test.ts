// The examples of applications as they stand in docs/examples, with the packages of the npm registry, in Chromium
// against the real server.
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { spawn } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { root } from '../support/binary.ts';
import { CacheServer } from '../support/cache-server.ts';
import { temporaryFolder } from '../support/files.ts';
import { freePort } from '../support/free-port.ts';
import { picture } from '../support/pictures.ts';
import { S3 } from '../support/s3.ts';
import { until, within } from '../support/until.ts';
import { packPackage, run, startNext } from './fresh-app.ts';

// Each installs and builds its own application.
vi.setConfig({ testTimeout: 300_000 });

let tarball: string;
let s3: S3;
let browser: Browser;
/** In S3, a picture of 64 × 64. */
let url: string;

beforeAll(async () => {
  tarball = await packPackage();
  s3 = await S3.start();
  url = await s3.put('0001/a.jpg', await picture(1));
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  });
});
afterAll(async () => {
  await browser?.close();
  await s3?.stop();
});

const startCache = (...args: string[]): Promise<CacheServer> =>
  CacheServer.start({ args: ['--s3-endpoint', s3.endpoint, ...args] });

/** A copy with its packages; image-cache is this checkout's. */
async function install(example: string, ...packages: string[]): Promise<string> {
  const folder = join(temporaryFolder(), example);
  await cp(join(root, 'docs/examples', example), folder, { recursive: true });
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error'];
  await run(folder, ['npm', 'install', ...quietly, ...packages]);
  return folder;
}

async function open(origin: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${origin}/?picture=${encodeURIComponent(url)}`);
  await page.waitForFunction(() => (document.images[0]?.naturalWidth ?? 0) === 64);
  return page;
}

describe('plain HTML', () => {
  it('shows a picture, which is then cached', async () => {
    const cache = await startCache('--static-dir', join(root, 'docs/examples/html'));
    await (await open(cache.origin)).close();
    await until('the picture cached', async () => (await cache.stats()).total_entries === 1);
    await cache.stop();
  });
});

describe('React and Vite', () => {
  it('shows the local copy once there is one', async () => {
    const folder = await install('react-vite', tarball);
    await run(folder, ['npm', 'run', 'build']);
    const cache = await startCache('--static-dir', join(folder, 'dist'));
    await cache.cache('0001', url);
    const page = await open(cache.origin);
    await page.waitForFunction(() => document.images[0]?.currentSrc.includes('/api/cache/image'));
    await cache.stop();
  });
});

describe('Next.js', () => {
  it('renders the address in S3 on the server, and prefetches what the page shows', async () => {
    const port = await freePort();
    const cache = await startCache('--allowed-origin', `http://127.0.0.1:${port}`);
    const folder = await install('next', tarball);
    await run(folder, ['npm', 'run', 'build'], { CACHE_ORIGIN: cache.origin });
    const next = await startNext(folder, port);
    const html = await (await fetch(`${next.origin}/?picture=${encodeURIComponent(url)}`)).text();
    expect(html).toContain(`src="${url}"`);
    const page = await open(next.origin);
    await until('the picture cached', async () => (await cache.stats()).total_entries === 1);
    await page.close(); // Next would wait for its WebSocket
    await next.stop();
    await cache.stop();
  });
});

describe('Express', () => {
  it('passes the page’s pictures and its WebSocket on', async () => {
    const port = await freePort();
    const cache = await startCache('--allowed-origin', `http://127.0.0.1:${port}`);
    const folder = await install('express');
    const app = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], PORT: String(port), CACHE_ORIGIN: cache.origin },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: app.stdout });
    const origin = await within(
      'its address',
      new Promise<string>((resolve) => lines.once('line', resolve)),
    );
    const page = await open(origin);
    const greeting = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(`ws://${location.host}/api/cache/events`);
          socket.addEventListener('message', ({ data }) => resolve(String(data)));
        }),
    );
    expect(JSON.parse(greeting)).toMatchObject({ type: 'hello' });
    app.kill('SIGTERM');
    await cache.stop();
  });
});
