import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vite';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  root: here('.'),
  build: { outDir: here('../../../../build/bench/manifest-page'), emptyOutDir: true },
  logLevel: 'warn',
});
