// A cache folder with pictures of two sizes, which every server of this section then serves.
import { join } from 'node:path';

import { CacheServer } from '../../support/cache-server.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { largeAndSmall, numberedCopy } from '../tools/pictures.ts';

/** Of each size. */
export const PICTURES = 100;

export interface FilledCache {
  cacheDir: string;
  imagesDir: string;
  /** Local paths of pictures of 8 KB and of 330 KB. */
  small: string[];
  large: string[];
}

export async function fillCache(workDir: string): Promise<FilledCache> {
  const cacheDir = join(workDir, 'hits');
  const origin = await ScriptedOrigin.start();
  const server = await CacheServer.start({ cacheDir, args: ['--origin', origin.url] });
  try {
    const store = async (name: string, picture: Buffer): Promise<string[]> => {
      const urls = Array.from({ length: PICTURES }, (_, i) =>
        origin.on(`/${name}/${i}.jpg`, answer(200, numberedCopy(picture, i))),
      );
      const { results } = await server.prefetch(name, urls);
      return results.map(({ s3_url, local_path }) => {
        if (local_path === undefined) throw new Error(`${s3_url} was not cached`);
        return local_path;
      });
    };
    const { small, large } = await largeAndSmall();
    return {
      cacheDir,
      imagesDir: join(cacheDir, 'images'),
      small: await store('small', small),
      large: await store('large', large),
    };
  } finally {
    await server.stop();
    await origin.stop();
  }
}
