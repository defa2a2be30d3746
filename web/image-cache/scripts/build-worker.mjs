// Makes dist/sw/image-cache-sw.js of what tsc has left in dist: the service worker as one classic script, the
// module's glue in it, for whoever copies it and for the Vite plugin.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');

await build({
  entryPoints: [join(dist, 'sw/prebuilt.js')],
  outfile: join(dist, 'sw/image-cache-sw.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  // Only for finding the module beside the package, which this script is told instead.
  define: { 'import.meta.url': '""' },
});
