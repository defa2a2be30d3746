import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { imageCache, type ImageCachePluginOptions } from '../src/vite/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), 'fixtures/built-app');
let out: string;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'image-cache-head-start-'));
});
afterAll(() => rm(out, { recursive: true }));

async function pagesBuiltWith(options: ImageCachePluginOptions) {
  await build({
    root,
    base: '/app/',
    configFile: false,
    logLevel: 'silent',
    plugins: [imageCache(options)],
    build: {
      outDir: out,
      emptyOutDir: true,
      rolldownOptions: { input: [join(root, 'index.html'), join(root, 'plain.html')] },
    },
  });
  const page = (name: string): Promise<string> => readFile(join(out, name), 'utf8');
  return { gallery: await page('index.html'), plain: await page('plain.html') };
}

describe('a page built with imageCache()', () => {
  it('starts the package before its own script, and asks for the module', async () => {
    const { gallery } = await pagesBuiltWith({});
    const start = /<script [^>]*async[^>]* src="\/app\/(assets\/[^"]+)"/.exec(gallery);
    expect(start?.index).toBeLessThan(gallery.indexOf('src="/app/assets/index'));
    expect(await readFile(join(out, start?.[1] ?? ''), 'utf8')).toMatch(/\.imageCache\.ready\(\)/);
    expect(gallery).toMatch(
      /<link rel="preload" [^>]*href="\/app\/assets\/image_cache-[^"]+\.wasm"/,
    );
    expect(gallery).not.toContain('/api/cache/manifest'); // the script asks, if there is need
  });

  it('is left alone when it does not use the package', async () => {
    const { plain } = await pagesBuiltWith({});
    expect(plain).not.toMatch(/async|rel="preload"|image_cache|api\/cache/);
  });

  it('starts nothing with headStart: false', async () => {
    const { gallery } = await pagesBuiltWith({ headStart: false });
    expect(gallery).not.toMatch(/async|rel="preload"|api\/cache/);
  });
});
