// The application's own files, kept when the worker is installed, so that the page opens without a network.
// Pages are asked of the network first; their scripts and styles, named by their content, are not.
//
// Not workbox-precaching, whose rules these are: it alone is 4 kB of the 10 that the worker may have.
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { isAnswer, within } from './network.js';
import type { ShellFile } from './options.js';
import { type FetchEvent, scope } from './scope.js';

const SHELL = 'image-cache-shell-v1';
/** A network that does not answer is none. */
const NAVIGATION_WITHIN_MS = 5000;

export function keepShell(files: ShellFile[], page: string): void {
  const keys = new Map(files.map((file) => [absolute(file.url), keyOf(file)]));
  const kept = async (url: string): Promise<Response | undefined> => {
    const key = keys.get(url);
    if (key === undefined) return undefined;
    return (await caches.open(SHELL)).match(key, { ignoreVary: true });
  };

  const navigate = async (request: Request, event: FetchEvent): Promise<Response> => {
    const asked = event.preloadResponse?.then((preloaded) => preloaded ?? fetch(request));
    const answer = await within(NAVIGATION_WITHIN_MS, asked ?? fetch(request)).catch(
      () => undefined,
    );
    if (isAnswer(answer)) return answer;
    return (await kept(request.url)) ?? (await kept(absolute(page))) ?? answer ?? Response.error();
  };
  registerRoute(
    new NavigationRoute(({ request, event }) => navigate(request, event as FetchEvent), {
      denylist: [/\/api\/cache\//],
    }),
  );
  registerRoute(
    ({ url }) => keys.has(url.href),
    async ({ request, url }) => (await kept(url.href)) ?? fetch(request),
  );

  scope.addEventListener('install', (event) => {
    event.waitUntil(Promise.all(files.map(keepFile)));
  });
  scope.addEventListener('activate', (event) => {
    event.waitUntil(activate(new Set(keys.values())));
  });
}

/** What has not changed since the last worker is there already. One that cannot be had: no new worker. */
async function keepFile(file: ShellFile): Promise<void> {
  const cache = await caches.open(SHELL);
  const key = keyOf(file);
  if ((await cache.match(key, { ignoreVary: true })) !== undefined) return;
  const response = await fetch(file.url, {
    cache: file.revision === null ? 'default' : 'reload',
    credentials: 'same-origin',
  });
  if (!response.ok) throw new Error(`${file.url} answered ${response.status}`);
  // Anew: a browser refuses to open a page from an answer that was redirected.
  await cache.put(key, new Response(await response.blob(), { headers: response.headers }));
}

async function activate(expected: ReadonlySet<string>): Promise<void> {
  // The page is asked for while the worker is still being started.
  await scope.registration.navigationPreload?.enable();
  const cache = await caches.open(SHELL);
  for (const { url } of await cache.keys()) if (!expected.has(url)) await cache.delete(url);
}

const absolute = (url: string): string => new URL(url, scope.location.href).href;

function keyOf({ url, revision }: ShellFile): string {
  const key = new URL(url, scope.location.href);
  if (revision !== null) key.searchParams.set('image-cache-revision', revision);
  return key.href;
}
