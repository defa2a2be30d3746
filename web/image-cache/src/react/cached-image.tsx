import { type ComponentPropsWithoutRef, forwardRef, type SyntheticEvent } from 'react';
import { type CacheStatus, type CacheStatusDetails, cacheStatusOf } from '../cache/cache-status.js';
import type { Retry } from '../cache/picture.js';
import { placeholderStyle } from './placeholder-style.js';
import { usePicture } from './use-picture.js';
import { usePictureRef } from './use-picture-ref.js';

type ImageEvent = SyntheticEvent<HTMLImageElement>;

export interface CachedImageProps extends Omit<
  ComponentPropsWithoutRef<'img'>,
  'src' | 'placeholder'
> {
  /** The picture in S3: https (signed or not) or s3://. */
  s3_url: string;
  /** Whose picture it is. Default: the folder that holds it in the bucket, or "default". */
  actor_id?: string | undefined;
  /** Its name for people, in the manifest. Default: the last segment of the URL. */
  filename?: string | undefined;
  /** What the element shows while S3 is loading: a CSS colour, a gradient, or the address of a tiny
   *  picture. A cached picture never shows it. */
  placeholder?: string | undefined;
  /** Widths in pixels, of the server's --image-widths: a cached picture is offered in each of them, as its
   *  srcSet, and the browser takes what `sizes` asks for. Default: none, only the picture itself. */
  widths?: readonly number[] | undefined;
  /** Called when the picture has loaded, with where it came from. */
  onCacheStatus?: ((status: CacheStatus, details: CacheStatusDetails) => void) | undefined;
  /** How often S3 is tried again before onError is called: attempts, or how many and how long before the
   *  first. Default: 0; 1000 ms, doubled each time. */
  retry?: number | Partial<Retry> | undefined;
}

/** One bare <img>: the local copy when there is one, else S3, and the prefetch is asked for. Everything
 *  that an <img> takes is passed through. */
export const CachedImage = forwardRef<HTMLImageElement, CachedImageProps>(
  function CachedImage(props, forwardedRef) {
    const {
      s3_url,
      actor_id,
      filename,
      placeholder,
      retry,
      widths,
      onCacheStatus,
      onLoad,
      onError,
      ...native
    } = props;
    const [picture, { src, isMissing }] = usePicture(s3_url, actor_id, filename);
    const ref = usePictureRef(picture, forwardedRef);
    if (isMissing && placeholder !== undefined)
      native.style = { ...placeholderStyle(placeholder), ...native.style };
    // In S3 there is but the one.
    if (widths && picture.isLocal)
      native.srcSet = widths.map((w) => `${String(src)}&w=${String(w)} ${String(w)}w`).join();
    return (
      <img
        {...native}
        ref={ref}
        src={src}
        onLoad={(event: ImageEvent) => {
          picture.loaded();
          onLoad?.(event);
          onCacheStatus?.(...cacheStatusOf(picture, event.currentTarget));
        }}
        onError={(event: ImageEvent) => {
          if (!picture.failed(event.currentTarget, retryOf(retry))) onError?.(event);
        }}
      />
    );
  },
);

const retryOf = (retry: CachedImageProps['retry']): Retry => ({
  attempts: 0,
  delayMs: 1000,
  ...(typeof retry === 'number' ? { attempts: retry } : retry),
});
