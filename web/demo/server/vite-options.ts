// What `make run` and `vite build` have in common.
import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import type { InlineConfig } from 'vite';

export const PAGE_ROOT = resolve(import.meta.dirname, '..');

export const COMMON: InlineConfig = {
  root: PAGE_ROOT,
  configFile: false,
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022' },
};
