// What a built page should ask for together with its scripts, instead of after them: the module, its glue
// and the manifest. A cached gallery waits for all three.
import type { HtmlTagDescriptor, Rolldown } from 'vite';

/** Empty when the bundle does not hold the module: the page does not use the cache. */
export function preloadTags(bundle: Rolldown.OutputBundle, base: string): HtmlTagDescriptor[] {
  const outputs = Object.values(bundle);
  const wasm = outputs.find(
    (output) => output.type === 'asset' && output.names.includes('image_cache.wasm'),
  );
  const glue = outputs.find(
    (output) => output.type === 'chunk' && output.facadeModuleId?.endsWith('/image_cache.js'),
  );
  if (wasm === undefined || glue === undefined) return [];
  return [
    link({ rel: 'modulepreload', crossorigin: true, href: base + glue.fileName }),
    link({ rel: 'preload', as: 'fetch', crossorigin: true, href: base + wasm.fileName }),
    link({ rel: 'preload', as: 'fetch', crossorigin: true, href: '/api/cache/manifest' }),
  ];
}

function link(attrs: Record<string, string | boolean>): HtmlTagDescriptor {
  return { tag: 'link', attrs, injectTo: 'head' };
}
