// @vitest-environment jsdom
import { act, cleanup, fireEvent } from '@testing-library/react';
import { createRef } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CachedImage } from '../src/react/index.js';
import { renderWith } from './support/render.js';
import { gate, s3, signed, testBed, until } from './support/setup.js';

const bed = testBed();
afterEach(cleanup);
afterEach(() => vi.unstubAllGlobals());
const url = s3('0001', 'a');

describe('the src', () => {
  it('is the local copy from the first render when it is cached', async () => {
    const local = bed.server.imageUrl(bed.server.put(url, '0001'));
    const client = bed.make();
    await client.imageCache.ready();
    const seen: (string | null)[] = [];
    const { img } = renderWith(
      client,
      <CachedImage
        s3_url={url}
        ref={(node) => void (node && seen.push(node.getAttribute('src')))}
      />,
    );
    expect(seen).toEqual([local]);
    expect(img().getAttribute('src')).toBe(local);
  });

  it('is absent while nothing is known, then local without ever having been S3', async () => {
    const local = bed.server.imageUrl(bed.server.put(url, '0001'));
    const { img } = renderWith(bed.make(), <CachedImage s3_url={url} />);
    expect(img().hasAttribute('src')).toBe(false);
    const sources: (string | null)[] = [];
    new MutationObserver(() => sources.push(img().getAttribute('src'))).observe(img(), {
      attributeFilter: ['src'],
    });
    await until(() => sources.length > 0);
    expect(sources).toEqual([local]);
  });

  it('is S3 when the picture is not cached, s3:// as https', async () => {
    const client = bed.make({ autoPrefetch: false });
    await client.imageCache.ready();
    const { img } = renderWith(client, <CachedImage s3_url="s3://training/0001/a.jpg" />);
    expect(img().src).toMatch(/^https:\/\/.*amazonaws\.com\/.*0001\/a\.jpg$/);
  });

  it('becomes local when the prefetch brings the picture before S3 does', async () => {
    const client = bed.make();
    const { opened, open } = gate();
    bed.server.onPrefetch = async (request) => {
      await opened;
      return bed.server.download(request);
    };
    const { img } = renderWith(client, <CachedImage s3_url={url} />);
    await until(() => img().src === url);
    open();
    await until(() => img().src.startsWith(bed.server.url));
  });

  it('stays S3 when that has loaded, through cache changes and new signatures', async () => {
    const client = bed.make({ autoPrefetch: false });
    await client.imageCache.ready();
    const { img, again } = renderWith(client, <CachedImage s3_url={signed(url, 'one')} />);
    fireEvent.load(img());
    bed.server.put(url, '0001');
    await act(() => client.imageCache.refresh());
    expect(client.imageCache.peek(url).status).toBe('cached');
    expect(img().src).toBe(signed(url, 'one'));
    again(<CachedImage s3_url={signed(url, 'two')} />);
    expect(img().src).toBe(signed(url, 'one'));
  });

  it('does not change for a new signature while loading', async () => {
    const client = bed.make({ autoPrefetch: false });
    await client.imageCache.ready();
    const { img, again } = renderWith(client, <CachedImage s3_url={signed(url, 'one')} />);
    again(<CachedImage s3_url={signed(url, 'two')} />);
    expect(img().src).toBe(signed(url, 'one'));
  });

  it('takes a new signature when the old one failed', async () => {
    const client = bed.make({ autoPrefetch: false });
    await client.imageCache.ready();
    const { img, again } = renderWith(client, <CachedImage s3_url={signed(url, 'old')} />);
    fireEvent.error(img());
    again(<CachedImage s3_url={signed(url, 'new')} />);
    expect(img().src).toBe(signed(url, 'new'));
  });

  it('changes with the object, also after the one before has loaded', async () => {
    const other = s3('0001', 'b');
    const local = bed.server.imageUrl(bed.server.put(other, '0001'));
    const client = bed.make({ autoPrefetch: false });
    await client.imageCache.ready();
    const { img, again } = renderWith(client, <CachedImage s3_url={url} />);
    fireEvent.load(img());
    again(<CachedImage s3_url={other} />);
    expect(img().src).toBe(local);
  });

  it('stays local after it has loaded, though the cache is cleared', async () => {
    const local = bed.server.imageUrl(bed.server.put(url, '0001'));
    const client = bed.make();
    await client.imageCache.ready();
    const { img } = renderWith(client, <CachedImage s3_url={url} />);
    fireEvent.load(img());
    await act(() => client.imageCache.clearAll());
    expect(img().src).toBe(local);
  });

  it('is the newer local copy, though the older one has loaded, when the picture has changed', async () => {
    bed.server.put(url, '0001');
    const client = bed.make();
    await client.imageCache.ready();
    const { img } = renderWith(client, <CachedImage s3_url={url} />);
    fireEvent.load(img());
    const newer = bed.server.imageUrl(bed.server.put(url, '0001', 'fedcba9876543210'));
    await act(() => client.imageCache.refresh());
    expect(img().src).toBe(newer);
  });

  it('is S3 after the deadline, when the module does not come', async () => {
    const never = new Promise<Response>(() => undefined);
    const client = bed.make({ wasm: 'http://wasm.test/', moduleDeadlineMs: 1, fetch: () => never });
    const { img } = renderWith(client, <CachedImage s3_url={url} />);
    expect(img().hasAttribute('src')).toBe(false);
    await until(() => img().src === url);
  });
});

describe('failure', () => {
  it('falls back to S3 once, and tells of it only when S3 fails too', async () => {
    const local = bed.server.imageUrl(bed.server.put(url, '0001'));
    const client = bed.make({ autoPrefetch: false });
    await client.imageCache.ready();
    const onError = vi.fn();
    const { img } = renderWith(client, <CachedImage s3_url={url} onError={onError} />);
    expect(img().src).toBe(local);
    fireEvent.error(img());
    expect(img().src).toBe(url);
    expect(onError).not.toHaveBeenCalled();
    fireEvent.error(img());
    expect(img().src).toBe(url);
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it.each([
    [
      'a policy without wasm-unsafe-eval',
      () => {
        const blocked = new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
        vi.spyOn(WebAssembly, 'Module').mockThrow(blocked);
        vi.spyOn(WebAssembly, 'compile').mockRejectedValue(blocked);
      },
    ],
    ['a browser without WebAssembly', () => void vi.stubGlobal('WebAssembly', undefined)],
  ])('shows every picture from S3 in %s, with one warning', async (_, block) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    bed.server.put(url, '0001');
    const client = bed.make();
    block();
    const { container } = renderWith(
      client,
      <>
        <CachedImage s3_url={url} />
        <CachedImage s3_url={signed(s3('0001', 'b'), 'one')} />
        <CachedImage s3_url="s3://training/0001/c.jpg" />
      </>,
    );
    expect(await client.imageCache.ready()).toBe('no-module');
    await until(() => container.querySelectorAll('img[src]').length === 3);
    expect([...container.querySelectorAll('img')].map(({ src }) => src)).toEqual([
      url,
      signed(s3('0001', 'b'), 'one'),
      s3('0001', 'c'),
    ]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(bed.server.prefetches()).toHaveLength(0);
  });

  it('has a picture fetched again that has vanished from the disk', async () => {
    bed.server.put(url, '0001');
    const client = bed.make();
    await client.imageCache.ready();
    const { img } = renderWith(client, <CachedImage s3_url={url} actor_id="0001" />);
    bed.server.remove(url);
    fireEvent.error(img());
    await until(() => bed.server.prefetches().length === 1);
    expect(bed.server.prefetches()[0]?.images[0]?.s3_url).toBe(url);
  });

  it('shows the local copy of a picture that S3 refused to the browser', async () => {
    const client = bed.make();
    const { opened, open } = gate();
    bed.server.onPrefetch = async (request) => {
      await opened;
      return bed.server.download(request);
    };
    const { img } = renderWith(client, <CachedImage s3_url={url} />);
    await until(() => img().src === url);
    fireEvent.error(img());
    open();
    await until(() => img().src.startsWith(bed.server.url));
  });
});

describe('the element', () => {
  it('is one bare <img> with everything it was given', async () => {
    const client = bed.make();
    await client.imageCache.ready();
    const ref = createRef<HTMLImageElement>();
    const onLoad = vi.fn();
    const onClick = vi.fn();
    const { container, img } = renderWith(
      client,
      <CachedImage
        ref={ref}
        s3_url={url}
        actor_id="0001"
        filename="a.jpg"
        alt="Training image"
        loading="lazy"
        style={{ maxWidth: '100%' }}
        data-x="1"
        onLoad={onLoad}
        onClick={onClick}
      />,
    );
    expect(container.children).toHaveLength(1);
    expect(ref.current).toBe(img());
    expect(img().getAttributeNames().sort()).toEqual(
      ['alt', 'data-x', 'loading', 'src', 'style'].sort(),
    );
    fireEvent.load(img());
    fireEvent.click(img());
    expect(onLoad).toHaveBeenCalledTimes(1);
    expect(onClick).toHaveBeenCalledTimes(1);
  });

  it('runs the clean-up of a ref function, also in React 18', async () => {
    const client = bed.make();
    await client.imageCache.ready();
    const cleanUp = vi.fn();
    const ref = vi.fn(() => cleanUp);
    const { unmount } = renderWith(client, <CachedImage s3_url={url} ref={ref} />);
    expect(cleanUp).not.toHaveBeenCalled();
    unmount();
    expect(cleanUp).toHaveBeenCalledTimes(1);
    expect(ref).toHaveBeenCalledTimes(1);
  });

  it('calls a ref function without a clean-up with null at the end', async () => {
    const client = bed.make();
    await client.imageCache.ready();
    const seen: (HTMLImageElement | null)[] = [];
    const ref = (element: HTMLImageElement | null): void => void seen.push(element);
    const { img, again, unmount } = renderWith(client, <CachedImage s3_url={url} ref={ref} />);
    const element = img();
    again(<CachedImage s3_url={url} ref={ref} alt="again" />);
    unmount();
    expect(seen).toEqual([element, null]);
  });
});
