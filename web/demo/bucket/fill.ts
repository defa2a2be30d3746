// Puts the drawn set into the bucket, once: a second start finds it there.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { listObjects, putPicture } from './objects.ts';
import { drawAll, listSet, type SetOptions } from './pictures.ts';

/** `done` of `total` pictures are in the bucket. */
export type OnProgress = (done: number, total: number) => void;

/**
 * Draws what is missing. `markerFile` remembers that the set was complete, so that a picture which
 * was deleted in the demo stays deleted, and so that nothing has to be listed next time. Rejects with
 * the signal's reason when it is aborted; the pictures that are there by then are whole and stay.
 */
export async function fillWithDrawings(
  client: S3Client,
  bucket: string,
  set: SetOptions,
  markerFile: string,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<number> {
  const marker = createHash('sha256').update(JSON.stringify(set)).digest('hex');
  if ((await readFile(markerFile, 'utf8').catch(() => '')) === marker) return 0;

  const wanted = listSet(set);
  const present = new Set((await listObjects(client, bucket)).map((object) => object.key));
  const missing = wanted.filter((id) => !present.has(id.key));
  let done = wanted.length - missing.length;
  onProgress(done, wanted.length);
  await drawAll(set, missing, async (id, jpeg) => {
    await putPicture(client, bucket, id.key, jpeg, 'image/jpeg');
    done += 1;
    onProgress(done, wanted.length);
    signal?.throwIfAborted();
  });
  await writeFile(markerFile, marker);
  return missing.length;
}
