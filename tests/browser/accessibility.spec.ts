import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { ActorPage } from './actor-page.ts';
import { expect, picturesPerActor, test } from './demo.ts';

/** What axe finds that keeps people out. */
async function seriousFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    test(`axe finds nothing serious, ${colorScheme}, ${width} wide`, async ({ browser, demo }) => {
      const context = await browser.newContext({
        colorScheme,
        reducedMotion: 'reduce', // axe measures contrast: nothing may be half faded in
        viewport: { width, height: 800 },
      });
      const page = await context.newPage();
      await page.goto(demo.url);
      await expect(page.getByText('Everything is on the disk').first()).toBeVisible();
      expect(await seriousFaults(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);

      const actor = new ActorPage(page, demo, '0001');
      await actor.open();
      await actor.expectAllFrom('Local cache', picturesPerActor);
      expect(await seriousFaults(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);

      await actor.tiles.first().getByRole('button').first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await seriousFaults(page)).toEqual([]);
      await page.keyboard.press('Escape');

      await actor.clearCache.click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await seriousFaults(page)).toEqual([]);
      await context.close();
    });
  }
}

/** By how many pixels the page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
