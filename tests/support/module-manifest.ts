// The manifest in the page's own WebAssembly module, loaded in Node.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import createModule from '../../web/image-cache/src/module/generated/image_cache.js';
import { ManifestView } from '../../web/image-cache/src/module/manifest-view.ts';

export async function makeModuleManifest(): Promise<ManifestView> {
  const wasm = new URL(
    '../../web/image-cache/src/module/generated/image_cache.wasm',
    import.meta.url,
  );
  const wasmBinary = new Uint8Array(readFileSync(fileURLToPath(wasm)));
  return new ManifestView(await createModule({ wasmBinary }));
}
