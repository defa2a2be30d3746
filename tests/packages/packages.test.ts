// The package as others get it: packed, installed from the tarball into fresh applications, built by their
// bundlers, and opened in Chromium against the real server.
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../support/cache-server.ts';
import { freePort } from '../support/free-port.ts';
import { picture } from '../support/pictures.ts';
import { S3 } from '../support/s3.ts';
import { until } from '../support/until.ts';
import { buildFreshApp, packPackage, startNext } from './fresh-app.ts';

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

const startCache = (args: string[] = []): Promise<CacheServer> =>
  CacheServer.start({ args: ['--s3-endpoint', s3.endpoint, ...args] });

interface Opened {
  page: Page;
  /** Errors and warnings of the console, exceptions, and what the policy has blocked. */
  complaints: string[];
}

async function open(address: string): Promise<Opened> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${address}?picture=${encodeURIComponent(url)}`);
  await page.waitForFunction(() => (document.images[0]?.naturalWidth ?? 0) > 0);
  return { page, complaints };
}

const sourceOf = (page: Page): Promise<string> =>
  page.evaluate(() => document.images[0]?.currentSrc ?? '');

/** Opens the page with the picture cached: it comes from the cache and nobody complains. */
async function expectCached(cache: CacheServer, origin: string): Promise<void> {
  await cache.cache('0001', url);
  const { page, complaints } = await open(`${origin}/`);
  await page.waitForFunction(() => document.images[0]?.currentSrc.includes('/api/cache/image'));
  expect(await sourceOf(page)).toContain(`${origin}/api/cache/image?path=`);
  expect(complaints).toEqual([]);
  await page.close();
}

describe('a fresh Vite app', () => {
  let cache: CacheServer;
  beforeAll(async () => {
    const dist = join(await buildFreshApp('vite', tarball), 'dist');
    const html = await readFile(join(dist, 'index.html'), 'utf8');
    await writeFile(join(dist, 'blocked.html'), html.replace(" 'wasm-unsafe-eval'", ''));
    cache = await startCache(['--static-dir', dist]);
  });
  afterAll(() => cache?.stop());

  it("shows a cached picture with 'wasm-unsafe-eval' alone, without asking S3", async () => {
    await cache.cache('0001', url);
    const before = s3.gets.length;
    await expectCached(cache, cache.origin);
    expect(s3.gets.slice(before)).toEqual([]);
  });

  it('shows the picture from S3, with one warning, when its policy blocks WebAssembly', async () => {
    const { page, complaints } = await open(`${cache.origin}/blocked.html`);
    expect(await sourceOf(page)).toBe(url);
    const own = complaints.filter((text) => text.startsWith('image-cache:'));
    expect(own).toHaveLength(1);
    expect(own[0]).toContain('WebAssembly is not available');
    await page.close();
  });
});

describe('a fresh webpack app', () => {
  let cache: CacheServer;
  beforeAll(async () => {
    const folder = await buildFreshApp('webpack', tarball);
    cache = await startCache(['--static-dir', join(folder, 'dist')]);
  });
  afterAll(() => cache?.stop());

  it('shows a cached picture, with React 18 and no rule for WebAssembly', async () => {
    await expectCached(cache, cache.origin);
  });
});

describe('a fresh Next.js app', () => {
  let cache: CacheServer;
  let next: Awaited<ReturnType<typeof startNext>>;
  beforeAll(async () => {
    // Next passes the requests on under another host: the cache server has to know the page's origin.
    const port = await freePort();
    cache = await startCache(['--allowed-origin', `http://127.0.0.1:${port}`]);
    const folder = await buildFreshApp('next', tarball, { CACHE_ORIGIN: cache.origin });
    next = await startNext(folder, port);
  });
  afterAll(async () => {
    await next?.stop();
    await cache?.stop();
  });

  it("has the picture's address in S3 in the HTML that its server renders", async () => {
    const html = await (await fetch(`${next.origin}/?picture=${encodeURIComponent(url)}`)).text();
    expect(html).toContain(`<img alt="Training image" src="${url}"/>`);
  });

  it('hydrates without a complaint and prefetches what its page shows', async () => {
    const { page, complaints } = await open(`${next.origin}/`);
    await until('the picture cached', async () => (await cache.stats()).total_entries === 1);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
