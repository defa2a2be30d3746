// The server's own page on a phone: nothing scrolls sideways, tables stay tables, and nothing jumps.
import { expect, type Page } from '@playwright/test';

import { picture } from '../support/pictures.ts';
import { faults, overflow } from './console-checks.ts';
import { test, type Console } from './console-page.ts';

const LONG_NAME = 'somebody_with.a-name-that-no-column-has-room-for_0123456789-0042';

/** Everything that has a width of its own: a long name, tables, what was found, what went wrong. */
async function fill(console: Console): Promise<void> {
  const { server, s3, page } = console;
  await console.cache('0001');
  const url = await s3.put(`${LONG_NAME}/${LONG_NAME}.jpg`, await picture(7));
  await server.prefetch(LONG_NAME, [url], { priority: 'high' });
  const missing = encodeURIComponent(s3.url(`0001/${LONG_NAME}.jpg`));
  await server.get(`/api/cache/image?url=${missing}`);
  await console.open();
  await expect(console.row('0001')).toBeVisible();
  await expect(console.panel('Recent errors').getByRole('listitem')).toHaveCount(1);
  await console.panel('Find a picture').getByRole('searchbox').fill('0001 0');
  await expect(page.getByRole('list', { name: 'Pictures that were found' })).toBeVisible();
  await expect(page.locator('canvas')).toHaveCount(3);
  for (const chart of ['Traffic', 'Disk']) {
    await page.getByRole('button', { name: `${chart} as a table` }).click();
  }
  await expect(page.getByRole('article').getByRole('table')).toHaveCount(2);
}

/** What can be scrolled sideways, or stands outside the window. */
function wide(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('main *, header *')]
      .filter((element) => {
        const { overflowX } = getComputedStyle(element);
        const scrolls = overflowX === 'auto' || overflowX === 'scroll';
        const isShown = element.checkVisibility() && element.getClientRects().length > 0;
        const { left, right } = element.getBoundingClientRect();
        return (
          (scrolls && element.scrollWidth > element.clientWidth) ||
          (isShown && (left < 0 || right > document.documentElement.clientWidth))
        );
      })
      .map((element) => `${element.tagName} ${element.className}`),
  );
}

for (const width of [320, 390, 600, 900, 1100]) {
  test(`nothing scrolls sideways, ${width} wide`, async ({ console, page }) => {
    await page.setViewportSize({ width, height: 844 });
    await fill(console);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await wide(page)).toEqual([]);
  });
}

test('two lines for an actor are a row of a table all the same', async ({ console, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 320, height: 844 });
  await fill(console);
  const row = console.row('0001');
  await expect(row.getByRole('rowheader')).toHaveText('0001');
  await expect(row.getByRole('cell')).toHaveText(['3', /kB$/, /./, /./, '']);
  await expect(console.panel('Actors').getByRole('columnheader')).toHaveCount(6);
  const name = await row.getByRole('rowheader').boundingBox();
  const size = await row.getByRole('cell', { name: 'kB' }).boundingBox();
  expect(size!.y).toBeGreaterThanOrEqual(name!.y + name!.height);
  // The figures stand below the names of their columns.
  const head = await console
    .panel('Actors')
    .getByRole('columnheader', { name: 'Size' })
    .boundingBox();
  expect(size!.x).toBeCloseTo(head!.x, 0);

  const ids = console.panel('Actors').getByRole('rowheader');
  await page.getByRole('button', { name: 'Actor', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(ids).toHaveText(['0001', LONG_NAME]);
  await page.keyboard.press('Enter');
  await expect(ids).toHaveText([LONG_NAME, '0001']);
  expect(await faults(page)).toEqual([]);
});

for (const [width, height] of [
  [390, 844],
  [1280, 900],
  [1280, 2000],
] as const) {
  test(`nothing jumps while it loads, ${width} × ${height}`, async ({ console, page }) => {
    await page.setViewportSize({ width, height });
    for (const actor of ['0001', '0002', '0003']) await console.cache(actor);
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await console.open();
    await expect(console.row('0003')).toBeVisible();
    await expect(page.locator('canvas')).toHaveCount(3);
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
    // The measure of web.dev (CLS), where 0.1 is called good.
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.001);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a server that goes away moves nothing, ${colorScheme}`, async ({
    console,
    page,
    server,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 390, height: 844 });
    await console.cache('0001');
    await console.open();
    await expect(console.row('0001')).toBeVisible();
    const before = await page.getByRole('main').boundingBox();
    await server.kill();
    await expect(page.getByText('This page tries again by itself.')).toBeInViewport();
    expect((await page.getByRole('main').boundingBox())?.y).toBe(before?.y);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await faults(page)).toEqual([]);
  });
}

test('the panels come although one of them never hears from the server', async ({
  console,
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.route('**/api/cache/errors', () => undefined);
  await console.cache('0001');
  await console.open();
  await expect(console.row('0001')).toBeVisible();
  await expect(console.panel('Recent errors').getByText('Asking the server…')).toBeVisible();
});
