// The server's own page: what it tells, and that its buttons do what they say.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@playwright/test';

import { imageTarget } from '../support/cache-server.ts';
import { temporaryFolder } from '../support/files.ts';
import { until } from '../support/until.ts';
import { PICTURES_EACH, test } from './console-page.ts';

test('follows the figures without a reload, under its own policy', async ({ console, page }) => {
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  await console.open();
  await expect(page.getByText('Running', { exact: true })).toBeVisible();
  await expect(console.figure('Pictures')).toHaveText('0');
  await expect(console.figure('Hit ratio')).toHaveText('–');

  await console.cache('0001');
  await expect(console.figure('Pictures')).toHaveText(String(PICTURES_EACH));
  const [entry] = Object.values((await console.server.manifest()).entries);
  await console.server.get(imageTarget(entry!.local_path));
  await expect(console.figure('Hit ratio')).toHaveText('100 %');
  await expect(console.row('0001')).toContainText(String(PICTURES_EACH));
  // What other rooms of the server do not offer (404) is a message of the network, not of the page.
  expect(faults.filter((text) => !text.includes('404'))).toEqual([]);
});

test('draws charts, and tells the same as tables', async ({ console, page }) => {
  await console.cache('0001');
  await console.open();
  for (const name of ['Hit ratio', 'Traffic', 'Disk']) {
    const card = page.getByRole('article', { name });
    await expect(card.locator('canvas')).toBeVisible();
    await card.getByRole('button', { name: `${name} as a table` }).click();
    await expect(card.getByRole('table')).toBeVisible();
    expect(await card.getByRole('row').count()).toBeGreaterThan(2);
    await expect(card.locator('canvas')).toHaveCount(0);
  }
  await expect(page.getByRole('article', { name: 'Disk' }).getByRole('cell').first()).toHaveText(
    /^\d+(\.\d)? kB$/,
  );
  for (const range of ['Hour', '2 days', '90 days']) {
    await page.getByRole('radio', { name: range }).check();
    await expect(page.getByRole('article', { name: 'Disk' })).toBeVisible();
  }
});

test('sorts and searches actors', async ({ console }) => {
  for (const actor of ['0002', '0001', '0010']) await console.cache(actor);
  await console.open();
  const actors = console.panel('Actors');
  const ids = actors.getByRole('rowheader');
  await actors.getByRole('button', { name: 'Actor', exact: true }).click();
  await expect(ids).toHaveText(['0001', '0002', '0010']);
  await actors.getByRole('button', { name: 'Actor', exact: true }).click();
  await expect(ids).toHaveText(['0010', '0002', '0001']);
  await expect(actors.getByRole('columnheader', { name: 'Actor' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await actors.getByLabel('Search actors').fill('010');
  await expect(ids).toHaveText(['0010']);
  await actors.getByLabel('Search actors').fill('nobody');
  await expect(actors.getByText('No actor is called like that.')).toBeVisible();
});

test('clears an actor after a question, and fetches it again', async ({ console, page }) => {
  await console.cache('0001');
  await console.cache('0002');
  await console.open();
  await page.getByRole('button', { name: 'Clear actor 0001' }).click();
  const dialog = page.getByRole('dialog', { name: 'Clear actor 0001?' });
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await expect(dialog).toBeHidden();
  expect((await console.server.stats()).total_entries).toBe(2 * PICTURES_EACH);

  await page.getByRole('button', { name: 'Clear actor 0001' }).click();
  await dialog.getByRole('button', { name: 'Clear' }).click();
  await expect(page.getByRole('status')).toContainText(`${PICTURES_EACH} pictures removed`);
  await expect(console.row('0001')).toHaveCount(0);
  expect((await console.server.stats()).total_entries).toBe(PICTURES_EACH);

  await page.getByRole('button', { name: 'Fetch them again' }).click();
  await until(
    'all are there again',
    async () => (await console.server.stats()).total_entries === 2 * PICTURES_EACH,
  );
  await expect(console.row('0001')).toBeVisible();
});

test('clears everything after a question', async ({ console, page }) => {
  await console.cache('0001');
  await console.open();
  await page.getByRole('button', { name: 'Clear all…' }).click();
  await page.getByRole('button', { name: 'Clear everything' }).click();
  await expect(console.panel('Actors').getByText('Nothing is cached yet.')).toBeVisible();
  expect((await console.server.stats()).total_entries).toBe(0);
});

test('prefetches what is typed in', async ({ console, page }) => {
  const urls = await console.put('0007');
  await console.open();
  await page.getByRole('button', { name: 'Prefetch…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Prefetch pictures' });
  await dialog.getByLabel('Actor').fill('0007');
  await dialog.getByLabel('URLs, one a line').fill(urls.join('\n'));
  await dialog.getByRole('button', { name: 'Prefetch' }).click();
  await expect(page.getByRole('status')).toContainText(
    `${PICTURES_EACH} pictures of actor 0007 will be fetched.`,
  );
  await expect(console.row('0007')).toContainText(String(PICTURES_EACH));
});

test('says what the server does not like', async ({ console, page }) => {
  await console.open();
  await page.getByRole('button', { name: 'Prefetch…' }).click();
  await page.getByRole('dialog').getByLabel('Actor').fill('../up');
  await page.getByRole('dialog').getByLabel('URLs, one a line').fill('s3://training/a.jpg');
  await page.getByRole('dialog').getByRole('button', { name: 'Prefetch' }).click();
  await expect(page.getByRole('alert')).toContainText('actor');
});

test('compares an actor with the origin', async ({ console, page }) => {
  const [url] = await console.cache('0001');
  await console.s3.delete(new URL(url!).pathname.replace(/^\/training\//, ''));
  await console.open();
  await page.getByRole('button', { name: 'Compare actor 0001 with the origin' }).click();
  await expect(page.getByRole('status')).toContainText(
    'Actor 0001: 3 pictures compared with the origin, 1 gone from the origin.',
  );
  expect((await console.server.stats()).total_entries).toBe(PICTURES_EACH - 1);
});

test('finds pictures, shows them, and removes one', async ({ console, page }) => {
  await console.cache('0001');
  await console.cache('0002');
  await console.open();
  const panel = console.panel('Find a picture');
  await panel.getByRole('searchbox').fill('0002_1');
  const found = panel.getByRole('listitem');
  await expect(found).toHaveCount(1);
  await expect(found).toContainText('0002_1.jpg');
  await expect(found.locator('img')).toHaveJSProperty('naturalWidth', 64);
  await panel.getByRole('button', { name: 'Remove the local copy of 0002_1.jpg' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(panel.getByText('No cached picture is like that.')).toBeVisible();
  expect((await console.server.stats()).total_entries).toBe(2 * PICTURES_EACH - 1);
});

test('says that nothing is fetched and nothing went wrong', async ({ console, page }) => {
  await console.open();
  await expect(page.getByText('Nothing is being fetched, and nothing waits.')).toBeVisible();
});

test('says that the server does not answer, and goes on when it does', async ({
  console,
  page,
  server,
}) => {
  await console.cache('0001');
  await console.open();
  await expect(console.row('0001')).toBeVisible();
  await server.stop();
  await expect(page.getByText('Does not answer', { exact: true })).toBeVisible();
  await expect(page.getByText('This page tries again by itself.')).toBeVisible();
  await expect(console.row('0001')).toBeVisible(); // what it said last
});

test.describe('with a token', () => {
  const token = 'correct-horse-battery-staple';
  const file = join(temporaryFolder(), 'token');
  writeFileSync(file, token, { mode: 0o600 });
  test.use({ serverArgs: ['--token-file', file] });

  test('is asked for it, once and only for what changes', async ({ console, page }) => {
    const urls = await console.put('0001');
    await console.server.post(
      '/api/cache/prefetch',
      { actor_id: '0001', images: urls.map((s3_url) => ({ s3_url })) },
      { authorization: `Bearer ${token}` },
    );
    await console.open();
    await page.getByRole('button', { name: 'Clear actor 0001' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clear' }).click();
    const asking = page.getByRole('dialog', { name: 'The server’s token' });
    await asking.getByLabel('Token').fill('wrong');
    await asking.getByRole('button', { name: 'Use it' }).click();
    await expect(asking.getByText('The server does not take this token.')).toBeVisible();
    await asking.getByLabel('Token').fill(token);
    await asking.getByRole('button', { name: 'Use it' }).click();
    await expect(console.row('0001')).toHaveCount(0);

    await page.getByRole('button', { name: 'Fetch them again' }).click();
    await expect(console.row('0001')).toBeVisible();
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }) + document.cookie);
    expect(kept).not.toContain(token);
  });
});
