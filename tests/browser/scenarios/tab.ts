// One tab of a browser with the scenarios' page in it.
import { expect } from '@playwright/test';
import type { BrowserContext, Page } from 'puppeteer-core';

import type { PictureState } from './page/main.ts';

export class Tab {
  /** What it has asked for since it was opened: "POST http://…". */
  readonly requests: string[] = [];
  /** Warnings and errors on its console. */
  readonly console: string[] = [];
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
    page.on('request', (request) => this.requests.push(`${request.method()} ${request.url()}`));
    page.on('console', (message) => {
      if (['warn', 'error'].includes(message.type())) this.console.push(message.text());
    });
    page.on('pageerror', (error) => this.console.push(String(error)));
  }

  static async open(context: BrowserContext, url: string): Promise<Tab> {
    const tab = new Tab(await context.newPage());
    await tab.page.goto(url, { waitUntil: 'domcontentloaded' });
    return tab;
  }

  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: 'domcontentloaded' });
  }

  /** None while the page has not begun. */
  pictures(): Promise<PictureState[]> {
    return this.page.evaluate(
      () => (window.page as typeof window.page | undefined)?.pictures() ?? [],
    );
  }

  /** Resolves when the tab shows `count` pictures, all of them loaded from there. */
  async shows(count: number, origin: string): Promise<PictureState[]> {
    await expect
      .poll(async () =>
        (await this.pictures()).filter(
          ({ isVisible, src }) => isVisible && src.startsWith(`${origin}/`),
        ),
      )
      .toHaveLength(count);
    return this.pictures();
  }

  /** Resolves when the page knows of `count` cached pictures. */
  async knows(count: number): Promise<void> {
    await expect
      .poll(() => this.page.evaluate(() => window.page.imageCache.actorTotals().entries))
      .toBe(count);
  }

  /** The targets that it has asked for so, from the path on. */
  asked(method: string, path: string): string[] {
    return this.requests
      .filter((request) => request.startsWith(`${method} `))
      .map((request) => request.replace(/^\w+ \w+:\/\/[^/]+/, ''))
      .filter((target) => target.startsWith(path));
  }

  /** What the package said on the console. */
  get warnings(): string[] {
    return this.console.filter((text) => text.startsWith('image-cache: '));
  }
}
