import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { build } from 'vite';
import type { ServiceWorkerOptions } from '../src/sw/worker/options.js';
import { imageCache, type ServiceWorkerPluginOptions } from '../src/vite/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), 'fixtures/built-app');
let out: string;

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'image-cache-worker-'));
});
afterEach(() => rm(out, { recursive: true }));

async function optionsBuiltWith(
  serviceWorker: ServiceWorkerPluginOptions,
): Promise<ServiceWorkerOptions> {
  await build({
    root,
    base: '/app/',
    configFile: false,
    logLevel: 'silent',
    plugins: [imageCache({ serviceWorker })],
    build: { outDir: out, emptyOutDir: true },
  });
  const worker = await readFile(join(out, 'image-cache-sw.js'), 'utf8');
  const [, json = ''] = /^self\.imageCacheOptions=(.*);\n/.exec(worker) ?? [];
  return JSON.parse(json) as ServiceWorkerOptions;
}

it('tells the worker which files the build has made, and which is the module', async () => {
  const { shell = [], wasm, maxBytes } = await optionsBuiltWith({ maxBytes: 1000 });
  expect(maxBytes).toBe(1000);
  expect(wasm).toMatch(/^assets\/image_cache-[\w-]+\.wasm$/);
  expect(shell.map(({ url }) => url)).toContain(wasm);
  for (const { url } of shell) expect(existsSync(join(out, url)), url).toBe(true);
  // What has its content in its name is never asked for again; the page is, when it has changed.
  expect(shell.find(({ url }) => url === wasm)?.revision).toBeNull();
  expect(shell.find(({ url }) => url === 'index.html')?.revision).toMatch(/^[0-9a-f]{16}$/);
});

it('lets the page register it, unless the application does', async () => {
  await optionsBuiltWith({});
  const page = await readFile(join(out, 'index.html'), 'utf8');
  const script = /src="\/app\/(assets\/image-cache-register-[^"]+)"/.exec(page)?.[1] ?? '';
  expect(await readFile(join(out, script), 'utf8')).toContain('/app/image-cache-sw.js');

  await optionsBuiltWith({ register: false });
  expect(await readFile(join(out, 'index.html'), 'utf8')).not.toContain('image-cache-register');
});

it('keeps no files of the page when told so, and those it is told besides', async () => {
  expect((await optionsBuiltWith({ shell: false })).shell).toBeUndefined();
  const favicon = { url: 'favicon.ico', revision: '1' };
  expect((await optionsBuiltWith({ files: [favicon] })).shell).toContainEqual(favicon);
});
