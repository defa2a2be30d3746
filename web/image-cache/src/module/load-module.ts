// Makes the WebAssembly module from wherever its code is: nothing is fetched or compiled before this is
// called, and nothing here needs 'unsafe-eval'.
import type { ImageCacheModule } from './generated/image_cache.js';

/** Where the module's code comes from: an address, its bytes, or what is compiled already. */
export type WasmSource = string | URL | ArrayBuffer | Uint8Array<ArrayBuffer> | WebAssembly.Module;

export async function loadModule(
  source: WasmSource | undefined,
  fetchFn: typeof fetch,
): Promise<ImageCacheModule> {
  // Side by side: the page waits for the slower of the two, not for both.
  const [{ default: createModule }, compiled] = await Promise.all([
    import('./generated/image_cache.js'),
    compile(source ?? ownWasm(), fetchFn),
  ]);
  return new Promise((resolve, reject) => {
    const instantiateWasm = (
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ): object => {
      // The glue does not hear of a failed instantiation; without this it would wait for ever.
      WebAssembly.instantiate(compiled, imports).then((instance) => {
        done(instance, compiled);
      }, reject);
      return {};
    };
    createModule({ instantiateWasm }).then(resolve, reject);
  });
}

// Literally so: bundlers look for this form, copy the file and put its final address here.
const ownWasm = (): URL => new URL('./generated/image_cache.wasm', import.meta.url);

async function compile(source: WasmSource, fetchFn: typeof fetch): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source !== 'string' && !(source instanceof URL)) return WebAssembly.compile(source);
  const response = await fetchFn(source);
  if (!response.ok) throw new Error(`${String(source)} answered ${response.status}`);
  // compileStreaming insists on the type; a plain file server may not know it.
  if (response.headers.get('Content-Type')?.startsWith('application/wasm') === true) {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}
