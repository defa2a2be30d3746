// The server's own page on the real server, with a real S3 server behind it: both anew for each test.
import { test as base, type Locator, type Page } from '@playwright/test';

import { CacheServer } from '../support/cache-server.ts';
import { picture } from '../support/pictures.ts';
import { S3 } from '../support/s3.ts';

export const PICTURES_EACH = 3;

export class Console {
  readonly page: Page;
  readonly server: CacheServer;
  readonly s3: S3;

  constructor(page: Page, server: CacheServer, s3: S3) {
    this.page = page;
    this.server = server;
    this.s3 = s3;
  }

  /** Puts pictures of an actor into the bucket, and has the server fetch them. */
  async cache(actorId: string): Promise<string[]> {
    const urls = await this.put(actorId);
    await this.server.prefetch(actorId, urls);
    return urls;
  }

  async put(actorId: string): Promise<string[]> {
    const keys = Array.from({ length: PICTURES_EACH }, (_, i) => `${actorId}/${actorId}_${i}.jpg`);
    return Promise.all(
      keys.map(async (key, i) => this.s3.put(key, await picture(i + Number(actorId) * 10))),
    );
  }

  async open(): Promise<void> {
    await this.page.goto(this.server.origin);
  }

  panel(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true }).first();
  }

  row(actorId: string): Locator {
    return this.panel('Actors').getByRole('row').filter({ hasText: actorId });
  }

  /** The value of one of the figures at the top. */
  figure(name: string): Locator {
    return this.page.locator('.figure').filter({ hasText: name }).locator('.figure-value');
  }
}

interface Options {
  serverArgs: string[];
}

export const test = base.extend<Options & { console: Console; s3: S3; server: CacheServer }>({
  serverArgs: [[], { option: true }],
  // Playwright reads what a fixture depends on from this pattern; here it is nothing.
  // eslint-disable-next-line no-empty-pattern
  s3: async ({}, provide) => {
    const s3 = await S3.start();
    await provide(s3);
    await s3.stop();
  },
  server: async ({ s3, serverArgs }, provide) => {
    const server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint, ...serverArgs] });
    await provide(server);
    await server.stop();
  },
  console: async ({ page, server, s3 }, provide) => {
    await provide(new Console(page, server, s3));
  },
});
