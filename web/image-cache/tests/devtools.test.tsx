// @vitest-environment jsdom
import { cleanup, fireEvent } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ImageCacheClient } from '../src/create-image-cache.js';
import { mountDevtools } from '../src/devtools/index.js';
import { CachedImage } from '../src/react/index.js';
import { renderWith } from './support/render.js';
import { gate, images, s3, testBed, until } from './support/setup.js';

const bed = testBed();
let unmount = (): void => undefined;
afterEach(() => {
  unmount();
  cleanup();
});

const shadow = (): ShadowRoot =>
  document.querySelector('[data-image-cache-devtools]')!.shadowRoot as ShadowRoot;
const text = (): string => shadow().querySelector('.panel')!.textContent;
const chip = (): string => shadow().querySelector('.chip')!.textContent;
const toggle = (): HTMLButtonElement => shadow().querySelector('.toggle')!;

function openDevtools(client: ImageCacheClient): void {
  unmount = mountDevtools({ client, isOpen: true });
}

describe('the panel', () => {
  it('is a button until it is opened, and closes by Escape, the focus back on the button', async () => {
    unmount = mountDevtools({ client: bed.make() });
    const panel = shadow().querySelector<HTMLElement>('.panel')!;
    expect(panel.hidden).toBe(true);
    expect(toggle().getAttribute('aria-expanded')).toBe('false');
    toggle().click();
    expect(toggle().getAttribute('aria-expanded')).toBe('true');
    await until(() => text().includes('Prefetch queue'));
    fireEvent.keyDown(panel, { key: 'Escape' });
    expect(panel.hidden).toBe(true);
    expect(shadow().activeElement).toBe(toggle());
  });

  it('tells what is cached, by the page and by the server', async () => {
    for (const { s3_url } of images('0001', 3)) bed.server.put(s3_url, '0001');
    openDevtools(bed.make());
    await until(() => chip() === 'ready');
    expect(text()).toContain('Cached33.0 kB');
  });

  it('says so when the server is away', async () => {
    await bed.server.stop();
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    openDevtools(bed.make());
    await until(() => chip() === 'no cache server');
    expect(text()).toContain('no answer');
  });

  it('lists the pictures of the page and what became of them', async () => {
    bed.server.put(s3('0001', 'kept'), '0001');
    const client = bed.make({ autoPrefetch: false });
    await client.imageCache.ready();
    const { container, unmount: leave } = renderWith(
      client,
      <>
        <CachedImage s3_url={`${s3('0001', 'kept')}?X-Amz-Signature=secret`} />
        <CachedImage s3_url={s3('0001', 'gone')} />
        <CachedImage s3_url={s3('0001', 'slow')} />
      </>,
    );
    const [kept, gone] = container.querySelectorAll('img');
    openDevtools(client);
    fireEvent.load(kept!);
    fireEvent.error(gone!);
    await until(() => text().includes('gone.jpgfailed'));
    expect(text()).toContain('kept.jpgmemory');
    expect(text()).toContain('slow.jpgwaiting');
    expect(text()).toContain('1 of 3');
    expect(text()).not.toContain('secret');
    leave();
    await until(() => text().includes('No CachedImage is on the page.'));
  });

  it('lists what is queued, and why', async () => {
    const client = bed.make();
    const { opened, open } = gate();
    bed.server.onPrefetch = async (request) => {
      await opened;
      return bed.server.download(request);
    };
    client.prefetchManager.startPrefetch([
      { id: '0001', images: images('0001', 2) },
      { id: '0002', images: images('0002', 3) },
    ]);
    openDevtools(client);
    await until(() => text().includes('0001normalis being fetched2'));
    expect(text()).toContain('0002normalwaits for its turn3');
    open();
    await until(() => text().includes('Nothing waits.'));
  });

  it('is gone, and asks for nothing more, when it is taken away', async () => {
    const begun = vi.spyOn(globalThis, 'setInterval');
    const ended = vi.spyOn(globalThis, 'clearInterval');
    openDevtools(bed.make());
    const [asking] = begun.mock.results;
    await until(() => bed.server.requests('stats').length > 0);
    unmount();
    unmount = () => undefined;
    expect(document.querySelector('[data-image-cache-devtools]')).toBeNull();
    expect(ended).toHaveBeenCalledWith(asking!.value);
  });
});
