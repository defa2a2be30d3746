// The scenarios' page, built once a run by the package's own Vite plugin: as it is deployed, without and with
// the service worker, and with React's development build, which renders twice in StrictMode and complains of
// what does not match.
import { join } from 'node:path';

import { imageCache } from 'image-cache/vite';
import { build } from 'vite';

import { temporaryFolder } from '../../support/files.ts';

export type PageMode = 'production' | 'development' | 'with-worker';

const built = new Map<PageMode, Promise<string>>();

/** The folder of the built page. */
export function builtPage(mode: PageMode): Promise<string> {
  const known = built.get(mode) ?? buildPage(mode);
  built.set(mode, known);
  return known;
}

async function buildPage(mode: PageMode): Promise<string> {
  const environment = mode === 'development' ? 'development' : 'production';
  const outDir = join(temporaryFolder(), mode);
  await build({
    root: join(import.meta.dirname, 'page'),
    configFile: false,
    mode: environment,
    define: { 'process.env.NODE_ENV': JSON.stringify(environment) },
    // Without the head start: the page configures the package first.
    plugins: [imageCache({ headStart: false, serviceWorker: mode === 'with-worker' })],
    build: { outDir, emptyOutDir: true, target: 'es2022' },
    logLevel: 'error', // not of "use client", which a bundle drops
  });
  return outDir;
}
