import { type ForwardedRef, useMemo } from 'react';
import type { Picture } from '../cache/picture.js';

type ImageRef = (element: HTMLImageElement | null) => void;

/**
 * Shows the element to the picture and to whoever else wants it, object or function.
 *
 * React 19 lets a ref function return its clean-up, React 18 warns of one: this one returns nothing and
 * runs the other's clean-up itself, so that both behave like React 19.
 */
export function usePictureRef(
  picture: Picture,
  forwarded: ForwardedRef<HTMLImageElement>,
): ImageRef {
  return useMemo(() => {
    let cleanUp: (() => void) | undefined;
    return (element) => {
      picture.attach(element);
      if (typeof forwarded !== 'function') {
        if (forwarded !== null) forwarded.current = element;
      } else if (element === null && cleanUp !== undefined) {
        cleanUp();
        cleanUp = undefined;
      } else {
        const returned = forwarded(element);
        if (typeof returned === 'function') cleanUp = returned;
      }
    };
  }, [picture, forwarded]);
}
