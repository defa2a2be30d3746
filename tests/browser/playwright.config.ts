// The demo in the distribution's Chromium; the scenarios in its Chromium and its Firefox. One worker: every test measures what the page asks for,
// and two cores drawing two pages at once would make the waiting times meaningless.
import { defineConfig } from '@playwright/test';

import type { ScenarioOptions } from './scenarios/scenario.ts';

export default defineConfig<object, ScenarioOptions>({
  testDir: '.',
  outputDir: '../../test-results/browser',
  workers: 1,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
  projects: [
    { name: 'demo', testIgnore: 'scenarios/**' },
    { name: 'chromium', testDir: 'scenarios', use: { kind: 'chrome' } },
    { name: 'firefox', testDir: 'scenarios', use: { kind: 'firefox' } },
  ],
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
