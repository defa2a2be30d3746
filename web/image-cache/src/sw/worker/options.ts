// What whoever installs the worker may set, and what holds when it does not.
import type { WasmSource } from '../../module/load-module.js';

export interface ServiceWorkerOptions {
  /** As the page's: where the cache server is, up to `/api/cache`. Default: the worker's origin. */
  baseUrl?: string;
  /** The module's code: an address (kept for offline), bytes, or compiled. Without it plain S3 addresses are left
   *  to the network, and pictures of the cache are kept all the same. */
  wasm?: WasmSource;
  /** How many bytes of pictures are kept, if the browser grants twice as many. Default: 512 MiB. */
  maxBytes?: number;
  /** The application's own files, so that it opens without a network. */
  shell?: ShellFile[];
  /** Which of them answers a navigation that nobody else answers. Default: "index.html", beside the worker. */
  shellPage?: string;
  /** Whether a new worker takes over at once. Default: unless there is a shell, whose old pages may still
   *  need their old files. */
  takeOver?: boolean;
}

export interface ShellFile {
  /** From the worker's own address. */
  url: string;
  /** Changes with the content; null when the address itself does. */
  revision: string | null;
}

export const DEFAULT_MAX_BYTES = 512 * 1024 * 1024;
