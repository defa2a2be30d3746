import type { Page } from '@playwright/test';

import { ActorPage } from './actor-page.ts';
import { serveBuiltPage } from './built-page.ts';
import { expect, picturesPerActor, test, type RunningDemo } from './demo.ts';
import { watchRequests } from './watch.ts';

const policyFor = (demo: RunningDemo, scripts: string): string =>
  `default-src 'self'; img-src 'self' ${demo.s3Url}; script-src ${scripts}`;

test("WebAssembly allowed by 'wasm-unsafe-eval' alone: pictures come from the cache", async ({
  page,
  demo,
}) => {
  const built = await serveBuiltPage(demo, policyFor(demo, "'self' 'wasm-unsafe-eval'"));
  const warnings = watchWarnings(page);
  const actor = new ActorPage(page, built, '0001');
  await actor.open();
  await actor.expectCached(picturesPerActor, picturesPerActor);
  await page.getByRole('button', { name: 'Open again' }).click();
  await actor.expectAllFrom('Local cache', picturesPerActor);
  expect(warnings).toEqual([]);
  await built.close();
});

test('WebAssembly blocked: pictures come from S3, nothing is prefetched, one warning', async ({
  page,
  demo,
}) => {
  const built = await serveBuiltPage(demo, policyFor(demo, "'self'"));
  const warnings = watchWarnings(page);
  const toCache = watchRequests(page, built.url);
  const actor = new ActorPage(page, built, '0001');
  await actor.open();
  await actor.expectAllFrom('S3', picturesPerActor);
  await page.getByRole('button', { name: 'Open again' }).click();
  await actor.expectAllFrom('S3', picturesPerActor);

  await expect.poll(() => warnings).toHaveLength(1);
  expect(warnings[0]).toContain('WebAssembly is not available');
  expect(toCache.filter((url) => url.includes('/api/cache/prefetch'))).toEqual([]);
  await built.close();
});

/** What the package says on the page's console, from now on. */
function watchWarnings(page: Page): string[] {
  const warnings: string[] = [];
  page.on('console', (message) => {
    if (message.text().startsWith('image-cache: ')) warnings.push(message.text());
  });
  return warnings;
}
