// The module's code, kept so that the worker has it without a network. It must fit the glue in this worker:
// whoever changes one changes the other, and the worker with them.
import type { WasmSource } from '../../module/load-module.js';

export const MODULE_FILES = 'image-cache-module-v1';

/** When the worker is installed. Rejects when it cannot be had. */
export async function keepModule(url: string): Promise<void> {
  const response = await fetch(url, { cache: 'no-cache', credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const cache = await caches.open(MODULE_FILES);
  for (const request of await cache.keys()) await cache.delete(request);
  await cache.put(url, response);
}

export const keptModule = async (url: string): Promise<Response | undefined> =>
  (await caches.open(MODULE_FILES)).match(url, { ignoreVary: true });

export async function moduleSource(
  wasm: WasmSource | undefined,
  base: string,
): Promise<WasmSource> {
  if (wasm === undefined) throw new Error('the worker was given no module');
  if (typeof wasm !== 'string' && !(wasm instanceof URL)) return wasm;
  const url = new URL(wasm, base);
  return (await keptModule(url.href).then((kept) => kept?.arrayBuffer())) ?? url;
}
