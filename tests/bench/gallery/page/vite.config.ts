import { fileURLToPath } from 'node:url';

import { imageCache } from 'image-cache/vite';
import { defineConfig } from 'vite';

// Mode `plain` builds the page as somebody without the cache has it: nothing of the cache is preloaded.
export default defineConfig(({ mode }) => ({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: mode === 'plain' ? [] : [imageCache()],
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: fileURLToPath(
      new URL(
        `../../../../build/bench/${mode === 'plain' ? 'plain-page' : 'page'}`,
        import.meta.url,
      ),
    ),
    emptyOutDir: true,
  },
  logLevel: 'warn',
}));
