// The devtools panel on the demo's page: what it says of a visit, and that anybody can use it.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { ActorPage } from './actor-page.ts';
import { expect, picturesPerActor, test } from './demo.ts';

const panelOf = (page: Page) => page.getByRole('region', { name: 'Image Cache devtools' });

test('says where each picture came from and follows what is fetched', async ({
  page,
  demo,
  browser,
}) => {
  const actor = new ActorPage(page, demo, '0001');
  await page.goto(`${demo.url}/?devtools#/actors/0001`);
  await actor.expectCached(picturesPerActor, picturesPerActor);
  await expect(panelOf(page).getByText('Nothing waits.')).toBeVisible();
  // Somebody else, whose browser has nothing yet: every picture comes from the server, the first one too.
  const other = await browser.newContext();
  const visit = await other.newPage();
  await visit.goto(`${demo.url}/?devtools#/actors/0001`);
  const panel = panelOf(visit);
  await expect(panel.getByText(`${picturesPerActor} of ${picturesPerActor}`).first()).toBeVisible();
  await expect(panel.getByRole('cell', { name: 'cache server', exact: true })).toHaveCount(
    picturesPerActor,
  );
  await other.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    test(`is accessible and within the window, ${colorScheme}, ${width} px wide`, async ({
      page,
      demo,
    }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      await page.goto(`${demo.url}/?devtools#/actors/0001`);
      const panel = panelOf(page);
      await expect(panel.getByText('Nothing waits.')).toBeVisible();
      const box = await panel.boundingBox();
      expect(box!.x).toBeGreaterThanOrEqual(0);
      expect(box!.x + box!.width).toBeLessThanOrEqual(width);
      const { violations } = await new AxeBuilder({ page })
        .include('[data-image-cache-devtools]')
        .analyze();
      expect(violations).toEqual([]);
    });
  }
}

test('is opened, scrolled and closed with the keyboard alone', async ({ page, demo }) => {
  await page.goto(`${demo.url}/?devtools#/actors/0001`);
  const panel = panelOf(page);
  await panel.getByRole('button', { name: 'Close' }).focus();
  await page.keyboard.press('Tab');
  await expect(panel.getByRole('group', { name: 'Figures' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  const toggle = page.getByRole('button', { name: /^Image Cache/ });
  await expect(toggle).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel).toBeVisible();
});
