// The service worker of a built page: the package's own, told which files the build has made, and registered
// by a script of its own. In `vite` itself there is none: it would keep what is just being written.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';
import type { ServiceWorkerOptions, ShellFile } from '../sw/worker/options.js';

export interface ServiceWorkerPluginOptions extends Omit<
  ServiceWorkerOptions,
  'wasm' | 'shell' | 'shellPage'
> {
  /** Whether the page's own files are kept, so that it opens without a network. Default: true */
  shell?: boolean;
  /** More of them, such as what is in the public folder. */
  files?: ShellFile[];
  /** False for an application that calls registerServiceWorker() itself. */
  register?: boolean;
}

const PACKAGE = 'image-cache';
/** At the page's root: a worker serves what is below its script. */
const WORKER = 'image-cache-sw.js';
const REGISTER = '\0image-cache:register';
/** What is larger would be downloaded by everybody for the few who are offline one day. */
const MAX_FILE_BYTES = 2 * 1024 * 1024;

export function serviceWorker(options: ServiceWorkerPluginOptions): Plugin {
  const { shell = true, files = [], register = true, ...settings } = options;
  let base = '/';
  let packageDir = '';
  return {
    name: 'image-cache:service-worker',
    apply: (config, { command }) => command === 'build' && !config.build?.ssr,
    enforce: 'post',

    configResolved(config) {
      ({ base } = config);
    },

    async buildStart() {
      const index = await this.resolve(PACKAGE);
      if (index === null) return this.error('image-cache is not installed beside the application');
      packageDir = dirname(index.id);
      if (register) this.emitFile({ type: 'chunk', id: REGISTER, name: 'image-cache-register' });
    },

    resolveId: (id) => (id === REGISTER ? id : null),

    load(id) {
      if (id !== REGISTER) return null;
      const from = JSON.stringify(join(packageDir, 'sw/page/register.js'));
      const url = JSON.stringify(base + WORKER);
      return `import { registerServiceWorker } from ${from};\nvoid registerServiceWorker(${url});\n`;
    },

    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const script = Object.values(bundle ?? {}).find(
          (output) => output.type === 'chunk' && output.facadeModuleId === REGISTER,
        );
        if (script === undefined) return [];
        const attrs = { type: 'module', crossorigin: true, src: base + script.fileName };
        return [{ tag: 'script', attrs, injectTo: 'body' }];
      },
    },

    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const wasm = await moduleName(this, bundle, packageDir);
        const all = { ...settings, wasm, ...(shell && { shell: [...shellOf(bundle), ...files] }) };
        const code = await readFile(join(packageDir, 'sw', WORKER), 'utf8');
        const source = `self.imageCacheOptions=${JSON.stringify(all)};\n${code}`;
        this.emitFile({ type: 'asset', fileName: WORKER, source });
      },
    },
  };
}

/** Of the module that the page uses, or, when it uses another, of one for the worker alone. */
async function moduleName(
  context: Rolldown.PluginContext,
  bundle: Rolldown.OutputBundle,
  packageDir: string,
): Promise<string> {
  const own = await readFile(join(packageDir, 'module/generated/image_cache.wasm'));
  for (const output of Object.values(bundle)) {
    if (output.type === 'asset' && own.equals(Buffer.from(output.source))) return output.fileName;
  }
  const id = context.emitFile({ type: 'asset', name: 'image_cache.wasm', source: own });
  return context.getFileName(id);
}

/** Addresses are from the worker's place, wherever the page is deployed. */
function shellOf(bundle: Rolldown.OutputBundle): ShellFile[] {
  return Object.values(bundle).flatMap((output) => {
    const content = output.type === 'chunk' ? output.code : output.source;
    if (output.fileName.endsWith('.map') || content.length > MAX_FILE_BYTES) return [];
    const isNamedByContent = /-[\w-]{8,}\.\w+$/.test(output.fileName);
    const revision = isNamedByContent ? null : hash(content);
    return { url: output.fileName, revision };
  });
}

const hash = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16);
