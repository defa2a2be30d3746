// Makes what size-limit weighs, in build/size: each entry of the package as an application's bundler would
// make it, without what is weighed by itself: the module's glue, React, and for a layer what the core has.
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(packageDir, 'dist');
const outdir = join(packageDir, '../../build/size');

/** Gives the files that went into the bundle. */
async function bundle(name, entry, isLeftOut = () => false) {
  const leaveOut = {
    name: 'leave-out',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
        const file = resolve(resolveDir, path);
        const isGlue = basename(file) === 'image_cache.js';
        // What is imported by a call is loaded later, as a file of its own.
        const isLeftForLater = kind === 'dynamic-import';
        return kind !== 'entry-point' && (isGlue || isLeftForLater || isLeftOut(file))
          ? { path, external: true }
          : undefined;
      });
    },
  };
  const { metafile } = await build({
    entryPoints: [join(dist, entry)],
    outfile: join(outdir, `${name}.js`),
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['react', 'react/jsx-runtime'],
    plugins: [leaveOut],
    metafile: true,
    absWorkingDir: packageDir,
  });
  return new Set(Object.keys(metafile.inputs).map((file) => join(packageDir, file)));
}

const core = await bundle('core', 'index.js');
const ofCore = (file) => core.has(file);
await bundle('prefetch-engine', 'prefetch/prefetch-engine.js', ofCore);
await bundle('react', 'react/index.js', ofCore);
for (const [name, entry, isLeftOut] of [
  ['devtools', 'devtools/index.js', ofCore],
  // A worker has nothing of the page's.
  ['service-worker', 'sw/prebuilt.js'],
]) {
  if (existsSync(join(dist, entry))) await bundle(name, entry, isLeftOut);
}
console.log(`bundles in ${relative(process.cwd(), outdir)}`);
