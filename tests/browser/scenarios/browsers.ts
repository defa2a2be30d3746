// Chromium and Firefox behind one interface: Puppeteer drives the first by its own protocol, the second by
// WebDriver BiDi. Playwright, which drives the demo's tests, needs a Firefox that it has patched itself.
import { launch, type Browser } from 'puppeteer-core';

export type BrowserKind = 'chrome' | 'firefox';

export function launchBrowser(
  kind: BrowserKind,
  preferences: Record<string, unknown> = {},
): Promise<Browser> {
  if (kind === 'firefox') {
    return launch({
      browser: 'firefox',
      executablePath: process.env['FIREFOX'] ?? '/usr/bin/firefox-esr',
      extraPrefsFirefox: preferences,
    });
  }
  return launch({
    browser: 'chrome',
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    // As root there is no sandbox; offline, the rest keeps Chromium from asking for its own updates.
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  });
}
