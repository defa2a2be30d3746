// Builds dist/: TypeScript by tsc, beside it the module that the C++ build left in src/module/generated, its
// glue minified: it is Emscripten's, nobody reads it, and not every application minifies what it serves.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
const generated = join(packageDir, 'src/module/generated');
const dist = join(packageDir, 'dist');

if (!existsSync(join(generated, 'image_cache.wasm'))) {
  console.error('image-cache: the WebAssembly module is missing; `make build-wasm` makes it.');
  process.exit(1);
}

rmSync(dist, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  cwd: packageDir,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
cpSync(generated, join(dist, 'module/generated'), { recursive: true });
const glue = join(dist, 'module/generated/image_cache.js');
writeFileSync(glue, transformSync(readFileSync(glue, 'utf8'), { minify: true }).code);
await import('./build-worker.mjs');
