import { type ComponentPropsWithoutRef, forwardRef, type SyntheticEvent } from 'react';
import { useForwardedRef } from './use-forwarded-ref.js';
import { usePicture } from './use-picture.js';

export interface CachedImageProps extends Omit<ComponentPropsWithoutRef<'img'>, 'src' | 'srcSet'> {
  /** The picture in S3: https (signed or not) or s3://. */
  s3_url: string;
  /** Whose picture it is. Default: the folder that holds it in the bucket, or "default". */
  actor_id?: string | undefined;
  /** Its name for people, in the manifest. Default: the last segment of the URL. */
  filename?: string | undefined;
}

/** One bare <img>: the local copy when there is one, else S3, and the prefetch is asked for. Everything
 *  that an <img> takes is passed through. */
export const CachedImage = forwardRef<HTMLImageElement, CachedImageProps>(
  function CachedImage(props, forwardedRef) {
    const { s3_url, actor_id, filename, onLoad, onError, ...native } = props;
    const [picture, src] = usePicture(s3_url, { actorId: actor_id, filename });
    const ref = useForwardedRef(picture, forwardedRef);
    return (
      <img
        {...native}
        ref={ref}
        src={src}
        onLoad={(event: SyntheticEvent<HTMLImageElement>) => {
          picture.loaded();
          onLoad?.(event);
        }}
        onError={(event: SyntheticEvent<HTMLImageElement>) => {
          if (!picture.failed()) onError?.(event);
        }}
      />
    );
  },
);
