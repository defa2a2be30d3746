// An SVG that somebody opens as a page of its own runs nothing (docs/security.md, "Contents").
import { expect, test } from '@playwright/test';

import { CacheServer, imageTarget } from '../support/cache-server.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';
import { answer } from '../support/scripts.ts';

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" onload="document.title = 'ran'">
<style>rect { fill: rgb(0, 128, 0) }</style><rect width="20" height="10"/>
<script>document.title = 'ran'; fetch('/api/cache/clear-all', { method: 'POST' })</script></svg>`;

test('with --svg sandbox an SVG is drawn, and its scripts do not run', async ({ page }) => {
  const origin = await ScriptedOrigin.start();
  const url = origin.on('/bucket/0001/a.svg', answer(200, svg));
  // The same bytes without the server's headers: there the script does run, so it is one.
  const bare = origin.on('/bare.svg', answer(200, svg, { 'content-type': 'image/svg+xml' }));
  const server = await CacheServer.start({ args: ['--origin', origin.url, '--svg', 'sandbox'] });
  const path = await server.cache('0001', url);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));

  await page.goto(bare);
  await expect.poll(() => page.evaluate(() => document.title)).toBe('ran');
  expect(requests).toContain('/api/cache/clear-all');
  requests.length = 0;

  for (const target of [imageTarget(path), `/api/cache/image?url=${encodeURIComponent(url)}`]) {
    const opened = await page.goto(server.origin + target);
    expect(opened?.status()).toBe(200);
    // What runs at all has run when the document is loaded.
    await page.waitForLoadState('load');
    expect(await page.evaluate(() => document.title)).toBe('');
    expect(await page.evaluate(() => document.documentElement.tagName)).toBe('svg');
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('rect')!).fill)).toBe(
      'rgb(0, 128, 0)',
    );
    expect(requests).not.toContain('/api/cache/clear-all');
  }
  await server.stop();
  await origin.stop();
});
