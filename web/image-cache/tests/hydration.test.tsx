// @vitest-environment jsdom
import { act } from '@testing-library/react';
import { hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ImageCacheClient } from '../src/create-image-cache.js';
import { CachedImage, ImageCacheProvider } from '../src/react/index.js';
import { s3, testBed, until } from './support/setup.js';

const bed = testBed();
const url = s3('0001', 'a');
const place = document.createElement('div');
let root: Root | undefined;
afterEach(() => {
  act(() => root?.unmount());
});

const page = (client: ImageCacheClient) => (
  <ImageCacheProvider value={client}>
    <CachedImage s3_url={url} alt="" />
  </ImageCacheProvider>
);

function hydrate(client: ImageCacheClient): { img: HTMLImageElement; complaints: unknown[] } {
  place.innerHTML = renderToString(page(client));
  const img = place.querySelector('img') as HTMLImageElement;
  const complaints: unknown[] = [];
  act(() => {
    root = hydrateRoot(place, page(client), { onRecoverableError: (e) => complaints.push(e) });
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

  it('leaves a picture alone that has loaded before', async () => {
    bed.server.put(url, '0001');
    vi.spyOn(HTMLImageElement.prototype, 'complete', 'get').mockReturnValue(true);
    vi.spyOn(HTMLImageElement.prototype, 'naturalWidth', 'get').mockReturnValue(640);
    const client = bed.make();
    const { img } = hydrate(client);
    await act(() => client.imageCache.ready());
    expect(client.imageCache.peek(url).status).toBe('cached');
    expect(img.src).toBe(url);
  });
});
