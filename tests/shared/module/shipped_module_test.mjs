// What every page downloads: its version and its size, which is bounded in a release.
// Usage: node shipped_module_test.mjs FOLDER CONFIGURATION
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { folder, module, wasmBinary } from './built_module.mjs';

test('says its version', () => {
  assert.match(module.version(), /^\d+\.\d+\.\d+$/);
});

const isRelease = process.argv[3] === 'Release';
test('stays small enough for every page to download', { skip: !isRelease }, async () => {
  const glue = await readFile(join(folder, 'image_cache.js'));
  const compressed = (bytes) => gzipSync(bytes, { level: 9 }).length;
  assert.ok(compressed(wasmBinary) <= 40_000, `image_cache.wasm: ${compressed(wasmBinary)}`);
  assert.ok(compressed(glue) <= 12_000, `image_cache.js: ${compressed(glue)}`);
});
