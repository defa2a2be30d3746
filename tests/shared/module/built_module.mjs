// The built WebAssembly module as its tests use it, through its Embind interface as the web package does.
// Usage: node manifest_test.mjs FOLDER (image_cache.js and image_cache.wasm are in FOLDER)
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const folder = resolve(process.argv[2]);
export const wasmBinary = await readFile(join(folder, 'image_cache.wasm'));
const { default: createModule } = await import(pathToFileURL(join(folder, 'image_cache.js')).href);
export const module = await createModule({ wasmBinary });

export const PATH = '.image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg';
export const ENTRY = {
  s3_url: 'https://s3.amazonaws.com/training/0001/image.jpg',
  local_path: PATH,
  cached_at: 1729176000000,
  size_bytes: 328059,
  actor_id: '0001',
  filename: '0001_european_16_male_0.jpg',
  etag: '"abc123..."',
};

export const documentOf = (entries, more = {}) => ({
  version: '1.0',
  last_updated: 1729176000000,
  ...more,
  entries: Object.fromEntries(entries.map((entry) => [entry.s3_url, entry])),
});

/** Puts text into the scratch buffer and gives its length in bytes. */
export const give = (manifest, text) => giveBytes(manifest, new TextEncoder().encode(text));
export function giveBytes(manifest, bytes) {
  const address = manifest.reserve(bytes.length);
  module.HEAPU8.set(bytes, address);
  return bytes.length;
}
export const load = (manifest, value) => manifest.loadJson(give(manifest, JSON.stringify(value)));

export function withManifest(use) {
  const manifest = new module.Manifest();
  try {
    use(manifest);
  } finally {
    manifest.delete();
  }
}
