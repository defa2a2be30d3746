// @vitest-environment jsdom
import { cleanup, fireEvent } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CachedImage } from '../src/react/index.js';
import { renderWith } from './support/render.js';
import { gate, s3, testBed, until } from './support/setup.js';

const bed = testBed();
afterEach(cleanup);
const url = s3('0001', 'a');

const ready = async (options = {}) => {
  const client = bed.make({ autoPrefetch: false, ...options });
  await client.imageCache.ready();
  return client;
};

/** Counts how often the src is set, also when it is set to what it was. */
function countLoads(img: HTMLImageElement): () => number {
  const setAttribute = vi.spyOn(img, 'setAttribute');
  return () => setAttribute.mock.calls.filter(([name]) => name === 'src').length;
}

describe('the placeholder', () => {
  it.each([
    ['a colour', 'teal', 'background-color: teal;'],
    ['an address', 'data:image/gif;base64,R0lGOD', 'url("data:image/gif;base64,R0lGOD")'],
    ['a gradient', 'linear-gradient(red, blue)', 'linear-gradient(red, blue)'],
  ])('as %s is the background until S3 has loaded', async (_, placeholder, css) => {
    const { img } = renderWith(
      await ready(),
      <CachedImage s3_url={url} placeholder={placeholder} style={{ maxWidth: '100%' }} />,
    );
    expect(img().getAttribute('style')).toContain(css);
    expect(img().style.maxWidth).toBe('100%');
    expect(img().hasAttribute('placeholder')).toBe(false);
    fireEvent.load(img());
    expect(img().getAttribute('style')).toBe('max-width: 100%;');
  });

  it('is never there for a cached picture, not even while it is unknown whether it is', async () => {
    bed.server.put(url, '0001');
    const client = bed.make();
    const { img } = renderWith(client, <CachedImage s3_url={url} placeholder="teal" />);
    const styles: (string | null)[] = [img().getAttribute('style')];
    new MutationObserver(() => styles.push(img().getAttribute('style'))).observe(img(), {
      attributes: true,
    });
    await until(() => img().src.startsWith(bed.server.url));
    fireEvent.load(img());
    expect(new Set(styles)).toEqual(new Set([null]));
  });

  it('stays until the local copy has loaded when that comes before S3', async () => {
    const client = bed.make();
    const { opened, open } = gate();
    bed.server.onPrefetch = async (request) => {
      await opened;
      return bed.server.download(request);
    };
    await client.imageCache.ready();
    const { img } = renderWith(client, <CachedImage s3_url={url} placeholder="teal" />);
    expect(img().style.backgroundColor).toBe('teal');
    open();
    await until(() => img().src.startsWith(bed.server.url));
    expect(img().style.backgroundColor).toBe('teal');
    fireEvent.load(img());
    expect(img().style.backgroundColor).toBe('');
  });
});

describe('retry', () => {
  it('loads the same address again and tells of the failure only at the end', async () => {
    const onError = vi.fn();
    const { img } = renderWith(
      await ready(),
      <CachedImage s3_url={url} retry={{ attempts: 2, delayMs: 1 }} onError={onError} />,
    );
    const loads = countLoads(img());
    for (const count of [1, 2]) {
      fireEvent.error(img());
      await until(() => loads() === count);
    }
    expect(onError).not.toHaveBeenCalled();
    fireEvent.error(img());
    expect(onError).toHaveBeenCalledTimes(1);
    expect(img().src).toBe(url);
  });

  it('begins anew after a success', async () => {
    const onError = vi.fn();
    const { img } = renderWith(
      await ready(),
      <CachedImage s3_url={url} retry={{ attempts: 1, delayMs: 1 }} onError={onError} />,
    );
    const loads = countLoads(img());
    fireEvent.error(img());
    await until(() => loads() === 1);
    fireEvent.load(img());
    fireEvent.error(img());
    await until(() => loads() === 2);
    expect(onError).not.toHaveBeenCalled();
  });

  it('of the whole gallery does not come at one instant', async () => {
    const setTimeouts = vi.spyOn(globalThis, 'setTimeout');
    const urls = Array.from({ length: 20 }, (_, i) => s3('0001', String(i)));
    const { container } = renderWith(
      await ready(),
      <>
        {urls.map((one) => (
          <CachedImage key={one} s3_url={one} retry={1} />
        ))}
      </>,
    );
    setTimeouts.mockClear();
    for (const img of container.querySelectorAll('img')) fireEvent.error(img);
    const waits = setTimeouts.mock.calls.map(([, ms]) => ms ?? 0).filter((ms) => ms >= 1000);
    expect(waits).toHaveLength(20);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2000);
    expect(new Set(waits).size).toBeGreaterThan(10);
  });

  it('waits no longer when the picture becomes cached', async () => {
    const client = await ready();
    const { img } = renderWith(client, <CachedImage s3_url={url} retry={3} />);
    fireEvent.error(img());
    const local = bed.server.imageUrl(bed.server.put(url, '0001'));
    await client.imageCache.refresh();
    await until(() => img().src === local);
  });
});

describe('srcSet and sizes', () => {
  it('are passed through, beside a local src', async () => {
    bed.server.put(url, '0001');
    const { img } = renderWith(
      await ready(),
      <CachedImage s3_url={url} srcSet="/small.jpg 320w, /large.jpg 1280w" sizes="50vw" />,
    );
    expect(img().getAttribute('srcset')).toBe('/small.jpg 320w, /large.jpg 1280w');
    expect(img().sizes).toBe('50vw');
    expect(img().src).toContain('/api/cache/image?path=');
  });

  it('that fail do not make the local copy a broken one', async () => {
    const local = bed.server.imageUrl(bed.server.put(url, '0001'));
    const onError = vi.fn();
    const { img } = renderWith(
      await ready(),
      <CachedImage s3_url={url} srcSet="/small.jpg 320w" onError={onError} />,
    );
    vi.spyOn(img(), 'currentSrc', 'get').mockReturnValue('http://localhost/small.jpg');
    fireEvent.error(img());
    expect(onError).toHaveBeenCalledTimes(1);
    expect(img().src).toBe(local);
  });
});

describe('widths', () => {
  const widths = [128, 256];

  it('are offered of a local copy', async () => {
    const local = bed.server.imageUrl(bed.server.put(url, '0001'));
    const { img } = renderWith(
      await ready(),
      <CachedImage s3_url={url} widths={widths} sizes="200px" />,
    );
    expect(img().src).toBe(local);
    const { pathname, search } = new URL(local);
    expect(img().getAttribute('srcset')?.replaceAll(new URL(local).origin, '')).toBe(
      `${pathname}${search}&w=128 128w,${pathname}${search}&w=256 256w`,
    );
    expect(img().sizes).toBe('200px');
  });

  it('are not offered of a picture in S3', async () => {
    const { img } = renderWith(await ready(), <CachedImage s3_url={url} widths={widths} />);
    expect(img().src).toBe(url);
    expect(img().getAttribute('srcset')).toBeNull();
  });

  it('that fail are a broken local copy: S3 is shown instead', async () => {
    const local = bed.server.imageUrl(bed.server.put(url, '0001'));
    const onError = vi.fn();
    const { img } = renderWith(
      await ready(),
      <CachedImage s3_url={url} widths={widths} onError={onError} />,
    );
    vi.spyOn(img(), 'currentSrc', 'get').mockReturnValue(`${local}&w=256`);
    fireEvent.error(img());
    await until(() => img().src === url);
    expect(img().getAttribute('srcset')).toBeNull();
    expect(onError).not.toHaveBeenCalled();
  });
});
