// @vitest-environment jsdom
import { cleanup, fireEvent } from '@testing-library/react';
import { Profiler, StrictMode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  CachedImage,
  useCachedUrl,
  useImageCache,
  usePrefetchProgress,
} from '../src/react/index.js';
import { renderWith } from './support/render.js';
import { images, s3, testBed, until } from './support/setup.js';

const bed = testBed();
afterEach(cleanup);

const gallery = (actorId: string, count: number) =>
  images(actorId, count).map(({ s3_url, filename }) => (
    <CachedImage key={filename} s3_url={s3_url} actor_id={actorId} filename={filename} />
  ));

describe('a gallery that is not cached', () => {
  it('is asked for actor by actor, before the background', async () => {
    const client = bed.make({ prefetch: { batchImages: 25 } });
    renderWith(
      client,
      <>
        {gallery('0001', 25)}
        {gallery('0002', 25)}
      </>,
    );
    await until(() => client.prefetchManager.getProgress().completed === 2);
    const requests = bed.server.prefetches();
    expect(requests.map(({ actor_id }) => actor_id).sort()).toEqual(['0001', '0002']);
    for (const { actor_id, priority, images: asked } of requests) {
      expect(priority).toBe('high');
      expect(asked).toEqual(images(actor_id, 25));
    }
  });

  it('takes the actor from the folder of the URL when none is named', async () => {
    const client = bed.make();
    const urls = [
      'https://training.s3.eu-west-1.amazonaws.com/people/0007/a.jpg',
      's3://training/0008/a.jpg',
      'https://s3.amazonaws.com/training/no-folder.jpg',
      'https://s3.amazonaws.com/training/not%20an%20id/a.jpg',
    ];
    renderWith(
      client,
      <>
        {urls.map((url) => (
          <CachedImage key={url} s3_url={url} />
        ))}
      </>,
    );
    await until(() => client.prefetchManager.getProgress().completed === 3);
    const asked = bed.server.prefetches().map(({ actor_id, images }) => [actor_id, images.length]);
    expect(asked.sort()).toEqual([
      ['0007', 1],
      ['0008', 1],
      ['default', 2],
    ]);
  });

  it('is not asked for with autoPrefetch off', async () => {
    const client = bed.make({ autoPrefetch: false });
    const { container } = renderWith(client, <>{gallery('0001', 3)}</>);
    await until(() => container.querySelectorAll('img[src]').length === 3);
    await client.prefetchManager.prefetchActor('0002', images('0002', 1));
    expect(bed.server.prefetches().map(({ actor_id }) => actor_id)).toEqual(['0002']);
  });
});

describe('a gallery that is cached', () => {
  it('renders once, asks for nothing and waits for nothing', async () => {
    for (const { s3_url } of images('0001', 25)) bed.server.put(s3_url, '0001');
    const client = bed.make();
    await client.imageCache.ready();
    const commits = vi.fn();
    const { container } = renderWith(
      client,
      <Profiler id="gallery" onRender={commits}>
        {gallery('0001', 25)}
      </Profiler>,
    );
    await client.prefetchManager.prefetchActor('0002', images('0002', 1));
    expect(commits).toHaveBeenCalledTimes(1);
    for (const img of container.querySelectorAll('img')) {
      expect(img.src).toContain('/api/cache/image?path=');
    }
    expect(bed.server.prefetches().map(({ actor_id }) => actor_id)).toEqual(['0002']);
  });

  it('of a thousand pictures renders none again for a change that does not concern it', async () => {
    for (const { s3_url } of images('0001', 1000)) bed.server.put(s3_url, '0001');
    const client = bed.make();
    await client.imageCache.ready();
    const commits = vi.fn();
    const setTimeouts = vi.spyOn(globalThis, 'setTimeout');
    const before = bed.server.seen.length;
    const { container } = renderWith(
      client,
      <Profiler id="gallery" onRender={commits}>
        {gallery('0001', 1000)}
      </Profiler>,
    );
    expect(container.querySelectorAll('img[src*="/api/cache/image"]')).toHaveLength(1000);
    // No timer, no request, no second render that a thousand pictures would have a thousand times.
    expect(setTimeouts.mock.calls.length).toBeLessThan(10);
    await client.prefetchManager.prefetchActor('0002', images('0002', 1));
    expect(client.imageCache.peek(s3('0002', '0')).status).toBe('cached');
    expect(commits).toHaveBeenCalledTimes(1);
    expect(bed.server.seen.slice(before).map(({ path }) => path)).not.toContain('/api/cache/image');
  });
});

describe('StrictMode', () => {
  it('asks once and shows the same', async () => {
    const client = bed.make();
    const { container } = renderWith(client, <StrictMode>{gallery('0001', 5)}</StrictMode>);
    await until(() => container.querySelectorAll('img[src*="/api/cache/"]').length === 5);
    expect(bed.server.prefetches()).toHaveLength(1);
    expect(bed.server.prefetches()[0]?.images).toEqual(images('0001', 5));
  });
});

describe('hooks', () => {
  it('follow the URL of a picture and the progress', async () => {
    const client = bed.make();
    function Probe() {
      const { completed, total } = usePrefetchProgress();
      const url = useCachedUrl(s3('0001', '0'), { actorId: '0001' });
      return <a href={url}>{`${completed}/${total}`}</a>;
    }
    const { container } = renderWith(client, <Probe />);
    expect(container.textContent).toBe('0/0');
    await until(() => container.textContent === '1/1');
    expect(container.querySelector('a')?.href).toContain('/api/cache/image?path=');
  });

  it('follow the availability and the statistics, and clear', async () => {
    for (const { s3_url } of images('0001', 3)) bed.server.put(s3_url, '0001');
    const client = bed.make();
    function Probe() {
      const { availability, stats, clearAll } = useImageCache();
      return (
        <button onClick={() => void clearAll()}>
          {`${availability ?? 'loading'} ${stats?.total_entries ?? '-'}`}
        </button>
      );
    }
    const { container } = renderWith(
      client,
      <>
        <Probe />
        <Probe />
      </>,
    );
    expect(container.textContent).toBe('loading -loading -');
    await until(() => container.textContent === 'ready 3ready 3');
    expect(bed.server.requests('stats')).toHaveLength(1);
    fireEvent.click(container.querySelector('button')!);
    await until(() => container.textContent === 'ready 0ready 0');
  });

  it('say that the server is away, and nothing of its statistics', async () => {
    await bed.server.stop();
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    function Probe() {
      const { availability, stats } = useImageCache();
      return <p>{`${availability ?? 'loading'} ${String(stats)}`}</p>;
    }
    const { container } = renderWith(bed.make(), <Probe />);
    await until(() => container.textContent === 'no-server undefined');
  });
});
