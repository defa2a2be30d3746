import { render, type RenderResult } from '@testing-library/react';
import type { ReactElement } from 'react';
import type { ImageCacheClient } from '../../src/create-image-cache.js';
import { ImageCacheProvider } from '../../src/react/index.js';

/** Renders with a client of its own; `again` renders other elements in the same place. */
export function renderWith(
  client: ImageCacheClient,
  element: ReactElement,
  options: { reactStrictMode?: boolean } = {},
): RenderResult & { again: (element: ReactElement) => void; img: () => HTMLImageElement } {
  const wrap = (child: ReactElement): ReactElement => (
    <ImageCacheProvider value={client}>{child}</ImageCacheProvider>
  );
  const result = render(wrap(element), options);
  return {
    ...result,
    again: (next) => {
      result.rerender(wrap(next));
    },
    img: () => result.container.querySelector('img') as HTMLImageElement,
  };
}
