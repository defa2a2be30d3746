import { imageCache } from 'image-cache/vite';
import { defineConfig } from 'vite';

// Runs the cache server beside `vite`, and passes /api/cache on to it.
export default defineConfig({
  plugins: [imageCache()],
  oxc: { jsx: { runtime: 'automatic' } },
});
