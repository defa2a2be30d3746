// A cache folder with five pictures of one actor, for the tests of what damage does to it.
import { join } from 'node:path';

import type { CacheServer } from './cache-server.ts';
import { picture } from './pictures.ts';
import { parsePrometheus } from './prometheus.ts';
import type { S3 } from './s3.ts';

export interface FivePictures {
  cacheDir: string;
  /** By name; "a" to "e". */
  urls: Record<string, string>;
  /** Local paths, by name. */
  paths: Record<string, string>;
}

/** Puts them into the bucket, and has the server cache them: `picture(0)` is "a". */
export async function cacheFive(server: CacheServer, s3: S3): Promise<FivePictures> {
  const urls: Record<string, string> = {};
  const paths: Record<string, string> = {};
  for (const [i, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    const url = await s3.put(`0001/${name}.jpg`, await picture(i));
    urls[name] = url;
    paths[name] = await server.cache('0001', url);
  }
  return { cacheDir: server.cacheDir, urls, paths };
}

export const fileOf = (cacheDir: string, localPath: string): string =>
  join(cacheDir, localPath.replace('.image-cache/', ''));

/** The value of a metric without labels. */
export async function metric(server: CacheServer, name: string): Promise<number | undefined> {
  return parsePrometheus((await server.get('/metrics')).text).get(name)?.samples[0]?.value;
}
