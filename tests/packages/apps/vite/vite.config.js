import { imageCache } from 'image-cache/vite';
import { defineConfig } from 'vite';

export default defineConfig({ plugins: [imageCache()], oxc: { jsx: { runtime: 'automatic' } } });
