// The worker as one classic script, for whoever copies it: browsers without module workers run it too.
// What is to be set stands in `imageCacheOptions`, by a script that loads this one with importScripts().
import { installImageCache } from './worker/install.js';
import type { ServiceWorkerOptions } from './worker/options.js';

const { imageCacheOptions } = globalThis as { imageCacheOptions?: ServiceWorkerOptions };

// Beside this script, unless something else is said: the two are copied together.
installImageCache({ wasm: './image_cache.wasm', ...imageCacheOptions });
