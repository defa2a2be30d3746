import { ActorPage } from './actor-page.ts';
import { expect, picturesPerActor, test } from './demo.ts';

test('everything can be reached and done with the keyboard', async ({ page, demo }) => {
  await page.goto(demo.url);
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(3);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the pictures' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Actor 0001' })).toBeVisible();

  const actor = new ActorPage(page, demo, '0001');
  await expect(actor.tiles).toHaveCount(picturesPerActor);
  const tile = (n: number) => actor.tiles.nth(n).getByRole('button').first();
  await tile(0).focus();
  await page.keyboard.press('ArrowRight');
  await expect(tile(1)).toBeFocused();
  await page.keyboard.press('End');
  await expect(tile(picturesPerActor - 1)).toBeFocused();
  await page.keyboard.press('Home');
  await expect(tile(0)).toBeFocused();

  await page.keyboard.press('Enter');
  const large = page.getByRole('dialog');
  await expect(large.getByText(`Picture 1 of ${picturesPerActor}`, { exact: false })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(large.getByText(`Picture 2 of ${picturesPerActor}`, { exact: false })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(large).toHaveCount(0);
  await expect(tile(0)).toBeFocused();

  await page.keyboard.press('Delete');
  await expect(page.getByRole('dialog', { name: 'Delete this picture?' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(actor.tiles).toHaveCount(picturesPerActor);
});
