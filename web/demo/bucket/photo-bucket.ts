// Keeps a bucket equal to a folder of the user's pictures: new and changed ones are copied, what is
// no longer in the folder goes. Each folder has a bucket of its own.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { OnProgress } from './fill.ts';
import { listObjects, putPicture } from './objects.ts';
import type { Photo } from './photos.ts';

export function photoBucketName(folder: string): string {
  return `photos-${createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12)}`;
}

export async function copyPhotos(
  client: S3Client,
  bucket: string,
  photos: readonly Photo[],
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<number> {
  const present = new Map(
    (await listObjects(client, bucket)).map((object) => [object.key, object]),
  );
  const wanted = new Set(photos.map((photo) => photo.key));
  for (const key of present.keys()) {
    if (!wanted.has(key)) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }
  const stale = photos.filter((photo) => {
    const copy = present.get(photo.key);
    return (
      copy === undefined || copy.sizeBytes !== photo.sizeBytes || copy.modifiedMs < photo.modifiedMs
    );
  });
  let done = photos.length - stale.length;
  if (stale.length > 0) onProgress(done, photos.length);
  // One at a time: they can be large, and the disk is the limit.
  for (const photo of stale) {
    signal?.throwIfAborted();
    await putPicture(client, bucket, photo.key, await readFile(photo.file), photo.contentType);
    done += 1;
    onProgress(done, photos.length);
  }
  return stale.length;
}
