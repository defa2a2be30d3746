import { fileURLToPath } from 'node:url';

import { imageCache } from 'image-cache/vite';
import { defineConfig } from 'vite';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

// Mode `plain` builds the page as somebody without the cache has it: nothing of the cache is preloaded.
export default defineConfig(({ mode }) => ({
  root: here('.'),
  // The service worker is made, but registered only by the visits that are to have one.
  plugins: mode === 'plain' ? [] : [imageCache({ serviceWorker: { register: false } })],
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: here(`../../../../build/bench/${mode === 'plain' ? 'plain-page' : 'page'}`),
    emptyOutDir: true,
    rollupOptions: {
      input: mode === 'plain' ? here('index.html') : [here('index.html'), here('mounting.html')],
    },
  },
  logLevel: 'warn',
}));
