// An actor's page as a person sees it.
import type { Locator, Page } from '@playwright/test';

import { Gate } from '../support/until.ts';
import { expect } from './demo.ts';

export class ActorPage {
  readonly tiles: Locator;
  readonly pictures: Locator;
  readonly clearCache: Locator;
  readonly #page: Page;
  readonly #site: { url: string };
  readonly #id: string;

  constructor(page: Page, site: { url: string }, id: string) {
    this.#page = page;
    this.#site = site;
    this.#id = id;
    const gallery = page.getByRole('list', { name: `Training pictures of ${id}` });
    this.tiles = gallery.getByRole('listitem');
    this.pictures = gallery.getByRole('img');
    this.clearCache = page.getByRole('button', { name: 'Clear cache' });
  }

  async open(): Promise<void> {
    await this.#page.goto(`${this.#site.url}/#/actors/${this.#id}`);
  }

  /** From now on no prefetch reaches the server until the gate is opened: a picture that the server has before
   *  S3 has shown it would be swapped, and S3 is what the test wants to see. */
  async holdPrefetches(): Promise<Gate> {
    const gate = new Gate();
    await this.#page.route('**/api/cache/prefetch', async (route) => {
      await gate.opened;
      await route.continue();
    });
    return gate;
  }

  /** Every picture is there, decoded, and came from there when it was first shown. */
  async expectAllFrom(source: 'Local cache' | 'S3', count: number): Promise<void> {
    await expect(this.tiles.getByText(source, { exact: true })).toHaveCount(count);
    await expect(this.tiles).toHaveCount(count);
    await this.expectAllVisible();
  }

  async expectAllVisible(): Promise<void> {
    await expect
      .poll(() =>
        this.pictures.evaluateAll((images) =>
          (images as HTMLImageElement[]).every((image) => image.complete && image.naturalWidth > 0),
        ),
      )
      .toBe(true);
  }

  async expectCached(cached: number, total: number): Promise<void> {
    await expect(
      this.#page.getByText(`${cached} of ${total} pictures cached`, { exact: true }),
    ).toBeVisible();
  }
}
