// A scenario is written once and runs in Chromium and in Firefox (playwright.config.ts): each test in a
// browser profile of its own, on a site of its own.
import { expect, test as base } from '@playwright/test';
import type { Browser, BrowserContext } from 'puppeteer-core';

import { launchBrowser, type BrowserKind } from './browsers.ts';
import type { PageMode } from './page-build.ts';
import { Site } from './site.ts';
import { Tab } from './tab.ts';

export interface ScenarioOptions {
  kind: BrowserKind;
}

interface PerTest {
  /** Set by test.use(): which build of the page. */
  mode: PageMode;
  /** What belongs to one person: storage, cookies and caches that no other test sees. */
  profile: BrowserContext;
  site: Site;
  /** Opens the site's page in a new tab. */
  openTab: () => Promise<Tab>;
}

interface PerWorker extends ScenarioOptions {
  driven: Browser;
}

export const test = base.extend<PerTest, PerWorker>({
  kind: ['chrome', { option: true, scope: 'worker' }],
  mode: ['production', { option: true }],
  driven: [
    async ({ kind }, provide) => {
      const browser = await launchBrowser(kind);
      await provide(browser);
      await browser.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  profile: async ({ driven }, provide) => {
    const context = await driven.createBrowserContext();
    await provide(context);
    await context.close();
  },
  site: async ({ mode }, provide) => {
    const site = await Site.start(mode);
    await provide(site);
    await site.goDown();
  },
  openTab: async ({ profile, site }, provide) => {
    await provide(() => Tab.open(profile, site.url));
  },
});

export { expect };
