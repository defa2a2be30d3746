// Two sides: `installImageCache` in a service worker, the rest in the pages that it serves. Each is a file of
// its own, so that a bundle has only what it uses.
export { installImageCache } from './worker/install.js';
export type { ServiceWorkerOptions, ShellFile } from './worker/options.js';
export { keep, registerServiceWorker, type RegisterOptions, takeOver } from './page/register.js';
