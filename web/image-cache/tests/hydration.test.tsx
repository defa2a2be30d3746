// @vitest-environment jsdom
import { act } from '@testing-library/react';
import { hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ImageCacheClient } from '../src/create-image-cache.js';
import { CachedImage, type CachedImageProps, ImageCacheProvider } from '../src/react/index.js';
import { s3, testBed, until } from './support/setup.js';

const bed = testBed();
const url = s3('0001', 'a');
const place = document.createElement('div');
let root: Root | undefined;
afterEach(() => {
  act(() => root?.unmount());
});

type Props = Partial<CachedImageProps>;

const page = (client: ImageCacheClient, props: Props) => (
  <ImageCacheProvider value={client}>
    <CachedImage s3_url={url} alt="" {...props} />
  </ImageCacheProvider>
);

function hydrate(
  client: ImageCacheClient,
  props: Props = {},
): { img: HTMLImageElement; complaints: unknown[] } {
  place.innerHTML = renderToString(page(client, props));
  const img = place.querySelector('img') as HTMLImageElement;
  const complaints: unknown[] = [];
  act(() => {
    root = hydrateRoot(place, page(client, props), {
      onRecoverableError: (e) => complaints.push(e),
    });
  });
  return { img, complaints };
}

describe('hydration', () => {
  it('keeps the src of the HTML until the local copy is known, and complains of nothing', async () => {
    const local = bed.server.imageUrl(bed.server.put(url, '0001'));
    const { img, complaints } = hydrate(bed.make());
    expect(img.src).toBe(url);
    await until(() => img.src === local);
    expect(place.querySelector('img')).toBe(img);
    expect(complaints).toEqual([]);
  });

  it('leaves a picture alone that has loaded before, and tells of it', async () => {
    bed.server.put(url, '0001');
    hasLoaded(640);
    const client = bed.make();
    const onLoad = vi.fn();
    const { img } = hydrate(client, { onLoad });
    await act(() => client.imageCache.ready());
    expect(client.imageCache.peek(url).status).toBe('cached');
    expect(img.src).toBe(url);
    expect(onLoad).toHaveBeenCalledTimes(1);
  });

  it('shows the local copy of a picture that has failed before, and tells nobody', async () => {
    const local = bed.server.imageUrl(bed.server.put(url, '0001'));
    hasLoaded(0);
    const onError = vi.fn();
    const { img } = hydrate(bed.make(), { onError });
    await until(() => img.src === local);
    expect(onError).not.toHaveBeenCalled();
  });

  it('tells of a picture that has failed before, once, when it is known not to be cached', async () => {
    hasLoaded(0);
    const onError = vi.fn();
    const client = bed.make({ autoPrefetch: false });
    hydrate(client, { onError });
    expect(onError).not.toHaveBeenCalled();
    await act(() => client.imageCache.ready());
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it('does not blame a local copy, known by now, for what failed before', async () => {
    const local = bed.server.imageUrl(bed.server.put(url, '0001'));
    hasLoaded(0);
    const client = bed.make();
    await client.imageCache.ready();
    const onError = vi.fn();
    const { img } = hydrate(client, { onError });
    await until(() => img.src === local);
    await act(() => client.imageCache.refresh());
    expect(img.src).toBe(local);
    expect(onError).not.toHaveBeenCalled();
  });

  it('tries a picture again that has failed before', async () => {
    hasLoaded(0);
    const onError = vi.fn();
    const client = bed.make({ autoPrefetch: false });
    const { img } = hydrate(client, { onError, retry: { attempts: 1, delayMs: 1 } });
    const setAttribute = vi.spyOn(img, 'setAttribute');
    await until(() =>
      setAttribute.mock.calls.some(([name, value]) => name === 'src' && value === url),
    );
    expect(onError).not.toHaveBeenCalled();
  });
});

/** With a width of 0: it has failed. */
function hasLoaded(naturalWidth: number): void {
  vi.spyOn(HTMLImageElement.prototype, 'complete', 'get').mockReturnValue(true);
  vi.spyOn(HTMLImageElement.prototype, 'naturalWidth', 'get').mockReturnValue(naturalWidth);
}
