import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CachedImage, usePrefetchProgress } from '../src/react/index.js';
import { imageCache, prefetchManager } from '../src/index.js';
import { s3 } from './support/setup.js';

afterEach(() => vi.unstubAllGlobals());

function Page() {
  const { total } = usePrefetchProgress();
  return (
    <main data-total={total}>
      <CachedImage s3_url={s3('0001', 'a')} alt="one" loading="lazy" />
      <CachedImage s3_url="s3://training/0001/b.jpg" alt="two" loading="lazy" />
    </main>
  );
}

describe('rendering on a server', () => {
  it('gives the S3 URLs and touches neither network nor WebAssembly', () => {
    const touched = vi.fn();
    vi.stubGlobal('fetch', touched);
    vi.spyOn(WebAssembly, 'Module').mockImplementation(touched);
    vi.spyOn(WebAssembly, 'compile').mockImplementation(touched);
    expect(renderToString(<Page />)).toBe(
      '<main data-total="0">' +
        '<img alt="one" loading="lazy" src="https://s3.amazonaws.com/training/0001/a.jpg"/>' +
        '<img alt="two" loading="lazy" src="https://s3.amazonaws.com/training/0001/b.jpg"/>' +
        '</main>',
    );
    expect(imageCache.peek(s3('0001', 'a')).status).toBe('pending');
    expect(prefetchManager.getProgress().total).toBe(0);
    expect(touched).not.toHaveBeenCalled();
  });
});
