// Pages of two origins on another site than the server's, and what a real browser lets them show of its pictures.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test, type Page } from '@playwright/test';

import { CacheServer, imageTarget } from '../support/cache-server.ts';
import { picture } from '../support/pictures.ts';
import { S3 } from '../support/s3.ts';

/** An empty page. For a browser `localhost` is another site than `127.0.0.1`, where the server is. */
async function emptyPage(): Promise<{ server: Server; origin: string }> {
  const server = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://localhost:${(server.address() as AddressInfo).port}` };
}

function shows(page: Page, source: string, crossOrigin: string | null = null): Promise<boolean> {
  return page.evaluate(
    ([src, cors]) =>
      new Promise<boolean>((resolve) => {
        const image = new Image();
        image.crossOrigin = cors;
        image.onload = () => resolve(true);
        image.onerror = () => resolve(false);
        image.src = src;
      }),
    [source, crossOrigin] as const,
  );
}

test('an allowed page shows the pictures of a server on another site, a foreign one does not', async ({
  page,
}) => {
  const s3 = await S3.start();
  const [friend, stranger] = [await emptyPage(), await emptyPage()];
  const cache = await CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint, '--allowed-origin', friend.origin],
  });
  const [first = '', second = '', third = ''] = await Promise.all(
    ['a', 'b', 'c'].map(async (name, seed) => {
      const url = await s3.put(`0001/${name}.jpg`, await picture(seed + 1));
      return cache.origin + imageTarget(await cache.cache('0001', url));
    }),
  );

  await page.goto(friend.origin);
  expect(await shows(page, first)).toBe(true);
  expect(await shows(page, second, 'anonymous')).toBe(true);

  // The browser has the first one for a year, for all pages of this site.
  await page.goto(stranger.origin);
  for (const source of [first, second, third]) {
    expect(await shows(page, source)).toBe(false);
    expect(await shows(page, source, 'anonymous')).toBe(false);
  }

  // And what it has kept of the stranger's third, it does not keep from the friend.
  await page.goto(friend.origin);
  expect(await shows(page, third)).toBe(true);

  await cache.stop();
  await s3.stop();
  for (const { server } of [friend, stranger]) server.close().closeAllConnections();
});

test('a page of the same host shows them, whatever its port', async ({ page }) => {
  const s3 = await S3.start();
  const neighbour = await emptyPage();
  const cache = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  const path = await cache.cache('0001', await s3.put('0001/a.jpg', await picture(1)));
  await page.goto(neighbour.origin);
  const { port } = new URL(cache.origin);
  expect(await shows(page, `http://localhost:${port}${imageTarget(path)}`)).toBe(true);
  await cache.stop();
  await s3.stop();
  neighbour.server.close().closeAllConnections();
});
