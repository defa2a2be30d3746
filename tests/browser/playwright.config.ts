// The demo in the distribution's Chromium. One worker: every test measures what the page asks for,
// and two cores drawing two pages at once would make the waiting times meaningless.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/browser',
  workers: 1,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      // As root there is no sandbox; offline, the rest keeps Chromium from asking for its own updates.
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    },
  },
});
