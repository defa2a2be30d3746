// The usage model on the server's own page: whom it expects and why, on any width, and that it forgets.
import { expect } from '@playwright/test';

import { picture } from '../support/pictures.ts';
import { until } from '../support/until.ts';
import { faults, overflow, tabTo } from './console-checks.ts';
import { test, type Console } from './console-page.ts';

const LONG_NAME = '9-somebody_with.a-name-that-no-column-has-room-for-0042';

test.use({ serverArgs: ['--usage-model', 'prefetch'] });

/** Walks along a list of which one is left, as a page opens one actor after the other. */
async function teach(console: Console): Promise<void> {
  const { server } = console;
  for (const actor of ['0001', '0002', '0003', '0004', '0005']) await console.cache(actor);
  for (const [i, actor] of ['0001', '0002', '0003', '0004'].entries()) {
    const urls = Object.entries((await server.manifest()).entries)
      .filter(([, entry]) => entry.actor_id === actor)
      .map(([url]) => url);
    await server.prefetch(actor, urls, { priority: 'high' });
    await until(`${actor} to be learnt`, async () => {
      const { openings } = (await server.get('/api/cache/predictions')).json() as {
        openings: number;
      };
      return openings > i;
    });
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [390, 1280, 1920]) {
    test(`who is next, and why; ${colorScheme}, ${width} wide`, async ({ console, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      await teach(console);
      const url = await console.s3.put('long/a.jpg', await picture(99));
      await console.server.prefetch(LONG_NAME, [url]);
      await console.open();
      const panel = console.panel('Next, probably');
      await expect(panel.getByText('After actor 0004, from 4 openings of')).toBeVisible();
      await expect(panel.getByText('is fetched ahead')).toBeVisible();
      const first = panel.getByRole('listitem').first();
      await expect(first).toContainText('Actor 0005');
      await expect(first).toContainText('right after 0004 in the list, as in 3 of the last 3');
      // Whatever an actor is called, its buttons are in the window.
      const clear = page.getByRole('button', { name: `Clear actor ${LONG_NAME}` });
      await clear.scrollIntoViewIfNeeded();
      const box = await clear.boundingBox();
      expect((box?.x ?? Infinity) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
      await expect(page.locator('canvas')).toHaveCount(3);
      expect(await faults(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
    });
  }
}

test('is made to forget by keyboard', async ({ console, page }) => {
  await teach(console);
  await console.open();
  const forget = await tabTo(page, 'button', 'Forget…');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Forget what was learnt?' })).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(forget).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Keep' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('What was learnt is forgotten.')).toBeVisible();
  await expect(
    console.panel('Next, probably').getByText('No guess yet: the model learns'),
  ).toBeVisible();
  await expect(forget).toHaveCount(0);
});
