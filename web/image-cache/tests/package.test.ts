import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

type Target = string | { [condition: string]: Target };

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { exports, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, Target>;
  files: string[];
};

const filesOf = (target: Target): string[] =>
  typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf);

describe('the built package', () => {
  it.each(Object.entries(exports))('has the files that it exports as %s', (_, target) => {
    for (const file of filesOf(target)) {
      expect(existsSync(join(root, file)), `${file} (npm run build)`).toBe(true);
      const isShipped = files.some((folder) => file.startsWith(`./${folder}/`));
      expect(isShipped || file === './package.json', file).toBe(true);
    }
  });

  it('gives the code of the module by an export of its own', () => {
    const wasm = createRequire(import.meta.url).resolve('image-cache/image_cache.wasm');
    expect(WebAssembly.validate(readFileSync(wasm))).toBe(true);
  });
});
