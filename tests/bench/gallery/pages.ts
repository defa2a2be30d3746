// The page that is timed, as it is deployed with the cache, and as somebody without the cache has it.
import { join } from 'node:path';

import { build } from 'vite';

import { root } from '../../support/binary.ts';

export const pageDir = join(root, 'build/bench/page');
export const plainPageDir = join(root, 'build/bench/plain-page');

export async function buildPages(): Promise<void> {
  const configFile = join(import.meta.dirname, 'page/vite.config.ts');
  await build({ configFile });
  await build({ configFile, mode: 'plain' });
}
