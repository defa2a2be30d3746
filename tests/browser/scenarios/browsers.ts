// Chromium and Firefox behind one interface: Puppeteer drives the first by its own protocol, the second by
// WebDriver BiDi. Playwright, which drives the demo's tests, needs a Firefox that it has patched itself.
import { launch, type Browser } from 'puppeteer-core';

export type BrowserKind = 'chrome' | 'firefox';

/** What an origin may store in Firefox here; Chromium is told by the test that needs it. */
export const STORAGE_QUOTA_BYTES = 10 << 20;

export function launchBrowser(kind: BrowserKind): Promise<Browser> {
  if (kind === 'firefox') {
    return launch({
      browser: 'firefox',
      executablePath: process.env['FIREFOX'] ?? '/usr/bin/firefox-esr',
      // In KiB, for all origins together, of which one may have a fifth.
      extraPrefsFirefox: {
        'dom.quotaManager.temporaryStorage.fixedLimit': (5 * STORAGE_QUOTA_BYTES) / 1024,
      },
    });
  }
  return launch({
    browser: 'chrome',
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    // As root there is no sandbox; offline, the rest keeps Chromium from asking for its own updates.
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  });
}
