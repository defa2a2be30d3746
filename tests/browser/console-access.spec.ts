// That anybody can use the server's own page: by keyboard, on any width, in light and dark.
import { expect } from '@playwright/test';

import { faults, overflow, tabTo } from './console-checks.ts';
import { test } from './console-page.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [390, 1280, 1920]) {
    test(`axe finds nothing, ${colorScheme}, ${width} wide`, async ({ console, page }) => {
      // axe measures contrast: nothing may be half faded in.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      await console.cache('0001');
      await console.open();
      await expect(console.row('0001')).toBeVisible();
      await expect(page.locator('canvas')).toHaveCount(3);
      await console.panel('Find a picture').getByRole('searchbox').fill('0001');
      await expect(page.getByRole('list', { name: 'Pictures that were found' })).toBeVisible();
      await page.getByRole('button', { name: 'Traffic as a table' }).click();
      expect(await faults(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);

      await page.getByRole('button', { name: 'Clear actor 0001' }).click();
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Prefetch…' }).click();
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Token' }).click();
      expect(await faults(page)).toEqual([]);
    });
  }
}

test('everything is reached and done by keyboard', async ({ console, page }) => {
  await console.cache('0001');
  await console.open();
  await expect(console.row('0001')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the figures' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();

  await tabTo(page, 'radio', 'Live');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Hour' })).toBeChecked();
  await page.keyboard.press('ArrowLeft');
  await tabTo(page, 'button', 'Hit ratio as a table');
  await page.keyboard.press('Space');
  await expect(page.getByRole('article', { name: 'Hit ratio' }).getByRole('table')).toBeVisible();

  const clear = await tabTo(page, 'button', 'Clear actor 0001');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Keep' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(clear).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(console.row('0001')).toHaveCount(0);
});

test('the theme is the system’s until one is chosen, and the choice stays', async ({
  console,
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await console.open();
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await page.getByRole('button', { name: 'Use the light theme' }).click();
  expect(await background()).not.toBe(dark);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Use the dark theme' })).toBeVisible();
  expect(await background()).not.toBe(dark);
});
