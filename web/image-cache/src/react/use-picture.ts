import { useCallback, useState, useSyncExternalStore } from 'react';
import { Picture, type Shown } from '../cache/picture.js';
import { useImageCacheClient } from './client-context.js';

/** The picture's store, the same for as long as it is the same picture, and what it shows. */
export function usePicture(
  s3Url: string,
  actorId: string | undefined,
  filename: string | undefined,
): [Picture, Shown] {
  const client = useImageCacheClient();
  const [kept, setKept] = useState(() => new Picture(client, s3Url));
  let picture = kept;
  if (!picture.isOf(client, s3Url)) {
    // Another picture in the same place: React renders again at once, before anything is shown.
    picture = new Picture(client, s3Url);
    setKept(picture);
  }
  const watch = useCallback(
    (changed: () => void) => picture.watch(changed, { actorId, filename }),
    [picture, actorId, filename],
  );
  return [picture, useSyncExternalStore(watch, picture.snapshot, picture.serverSnapshot)];
}
