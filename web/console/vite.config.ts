// Builds the page that the server carries within itself (native-server/console). `npm run dev` shows it
// beside a server on the default port, whose default --allowed-origin lets it in.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { compressed } from './scripts/compressed.ts';

export default defineConfig({
  // The html stands at "/" as well, so what it loads is named from the root.
  base: '/console/',
  plugins: [react(), compressed()],
  build: {
    target: 'es2022',
    // The page's Content-Security-Policy allows no data: URLs and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { port: 5173, proxy: { '/api': { target: 'http://127.0.0.1:8787', ws: true } } },
});
