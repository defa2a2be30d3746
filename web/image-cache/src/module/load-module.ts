// Makes the WebAssembly module from wherever its code is: nothing is fetched or compiled before this is
// called, and nothing here needs 'unsafe-eval'.
import createModule, { type ImageCacheModule } from './generated/image_cache.js';

/** Where the module's code comes from: an address, its bytes, or what is compiled already. */
export type WasmSource = string | URL | ArrayBuffer | Uint8Array<ArrayBuffer> | WebAssembly.Module;

export async function loadModule(
  source: WasmSource | undefined,
  fetchFn: typeof fetch,
): Promise<ImageCacheModule> {
  const compiled = await compile(source ?? ownWasm(), fetchFn);
  return new Promise((resolve, reject) => {
    const instantiateWasm = (
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ): object => {
      // The glue does not hear of a failed instantiation; without this it would wait for ever.
      nowOrLater(
        () => new WebAssembly.Instance(compiled, imports),
        () => WebAssembly.instantiate(compiled, imports),
      ).then((instance) => {
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
  const bytes =
    typeof source === 'string' || source instanceof URL ? await load(source, fetchFn) : source;
  return nowOrLater(
    () => new WebAssembly.Module(bytes),
    () => WebAssembly.compile(bytes),
  );
}

async function load(source: string | URL, fetchFn: typeof fetch): Promise<ArrayBuffer> {
  const response = await fetchFn(source);
  if (!response.ok) throw new Error(`${String(source)} answered ${response.status}`);
  return response.arrayBuffer();
}

/** A module of this size is ready within a millisecond or two on the page's own thread. Through a compiler
 *  thread and back takes ten while a page is being loaded, and a gallery waits for it. */
async function nowOrLater<T>(now: () => T, later: () => Promise<T>): Promise<T> {
  try {
    return now();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return later(); // the browser allows only small modules on this thread
  }
}
