import type { ImageCacheModule } from '../module/generated/image_cache.js';

const VALID = /^(?!\.)[A-Za-z0-9._-]{1,64}$/;

/** For a picture that is shown without an actor_id: the folder that holds it in the bucket
 *  ("training/0001/image.jpg" in any bucket is of "0001"), or "default" when there is none or its name
 *  is no actor id. */
export function defaultActorId(
  s3Url: string,
  manifest: InstanceType<ImageCacheModule['Manifest']>,
): string {
  const key = manifest.cacheKey(s3Url); // path style: https://host/bucket/folders/file
  if (key === '') return 'default';
  const folders = new URL(key).pathname.split('/').slice(2, -1);
  const folder = folders.at(-1) ?? '';
  return VALID.test(folder) ? folder : 'default';
}
