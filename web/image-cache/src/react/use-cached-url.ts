import type { PictureHints } from '../prefetch/demand.js';
import { usePicture } from './use-picture.js';

const NO_HINTS: PictureHints = {};

/** The URL of the local copy when there is one, else of S3, and the prefetch is asked for; undefined for
 *  the moment in which that is not known. It changes when the picture becomes cached. */
export const useCachedUrl = (
  s3_url: string,
  { actorId, filename }: PictureHints = NO_HINTS,
): string | undefined => usePicture(s3_url, actorId, filename)[1].src;
