// What a built page does before its own scripts have run: the package, as a script of its own, starts the
// module and takes the manifest that the last visit has kept, or asks for it, so that a cached gallery has its
// addresses at its first render. The manifest is not preloaded: only the script knows whether one is kept, and
// a preload cannot ask for the compact form.
import { dirname } from 'node:path';
import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

const PACKAGE = 'image-cache';
const CLIENT = '/default-client.js';

export function headStart(): Plugin {
  let base = '/';
  return {
    name: 'image-cache:head-start',
    apply: (config, { command }) => command === 'build' && !config.build?.ssr,

    // Read in default-client.ts.
    config: () => ({ define: { __IMAGE_CACHE_HEAD_START__: 'true' } }),

    configResolved(config) {
      ({ base } = config);
    },

    async buildStart() {
      const index = await this.resolve(PACKAGE);
      if (index === null) return;
      // An entry beside the application's: what both need becomes a chunk of its own, the one to start.
      this.emitFile({ type: 'chunk', id: dirname(index.id) + CLIENT, name: PACKAGE });
    },

    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle, chunk }) =>
        bundle === undefined || chunk === undefined ? [] : tagsFor(chunk, bundle, base),
    },
  };
}

/** Empty when the page's scripts never reach the package: the page does not use the cache. */
function tagsFor(
  page: Rolldown.OutputChunk,
  bundle: Rolldown.OutputBundle,
  base: string,
): HtmlTagDescriptor[] {
  const outputs = Object.values(bundle);
  const wasm = outputs.find(
    (output) => output.type === 'asset' && output.names.includes('image_cache.wasm'),
  );
  const script = outputs.find(
    (output) => output.type === 'chunk' && output.moduleIds.some((id) => id.endsWith(CLIENT)),
  );
  if (wasm === undefined || script === undefined) return [];
  if (!reachable(page, bundle).has(script.fileName)) return [];
  return [
    // async: it waits for no other script, and none waits for it.
    tag('script', {
      type: 'module',
      async: true,
      fetchpriority: 'high',
      crossorigin: true,
      src: base + script.fileName,
    }),
    tag('link', { rel: 'preload', as: 'fetch', crossorigin: true, href: base + wasm.fileName }),
  ];
}

/** The names of the page's chunk and of all that it imports, at once or later. */
function reachable(page: Rolldown.OutputChunk, bundle: Rolldown.OutputBundle): Set<string> {
  const names = new Set([page.fileName]);
  for (const name of names) {
    const chunk = bundle[name];
    if (chunk?.type !== 'chunk') continue;
    for (const imported of [...chunk.imports, ...chunk.dynamicImports]) names.add(imported);
  }
  return names;
}

const tag = (name: string, attrs: Record<string, string | boolean>): HtmlTagDescriptor => ({
  tag: name,
  attrs,
  injectTo: 'head-prepend',
});
