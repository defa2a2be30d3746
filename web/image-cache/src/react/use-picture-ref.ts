import { type ForwardedRef, type RefCallback, useCallback } from 'react';
import type { Picture } from '../cache/picture.js';

/** Shows the element to the picture and to whoever else wants it, object or function, React 18 or 19. */
export function useForwardedRef(
  picture: Picture,
  forwarded: ForwardedRef<HTMLImageElement>,
): RefCallback<HTMLImageElement> {
  return useCallback(
    (element: HTMLImageElement | null) => {
      if (element !== null) picture.attach(element);
      if (typeof forwarded !== 'function') {
        if (forwarded !== null) forwarded.current = element;
        return undefined;
      }
      const detach = forwarded(element);
      if (element === null || typeof detach !== 'function') return undefined;
      return detach; // React 19: a ref function may clean up after itself
    },
    [picture, forwarded],
  );
}
