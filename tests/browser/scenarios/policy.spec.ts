// Content-Security-Policy: with 'wasm-unsafe-eval' alone the cache works, without it no picture is missing.
import { expect, test } from './scenario.ts';

const COUNT = 6;

const policy = (s3: string, scripts: string): string =>
  `default-src 'self'; img-src 'self' data: ${s3}; style-src 'unsafe-inline'; script-src ${scripts}`;

test("'wasm-unsafe-eval' alone: pictures come from the cache", async ({ site, openTab }) => {
  await site.fill(COUNT);
  await site.cachePictures(COUNT);
  const scripts = "'self' 'wasm-unsafe-eval'";
  site.write({ pictures: await site.pictures(COUNT) }, policy(site.s3.endpoint, scripts));
  const tab = await openTab();
  await tab.shows(COUNT, site.url);
  expect(tab.console).toEqual([]);
});

test('WebAssembly blocked: pictures come from S3, nothing is prefetched, one warning', async ({
  site,
  openTab,
}) => {
  await site.fill(COUNT);
  site.write({ pictures: await site.pictures(COUNT) }, policy(site.s3.endpoint, "'self'"));
  const tab = await openTab();
  await tab.shows(COUNT, site.s3.endpoint);
  await expect.poll(() => tab.warnings).toHaveLength(1);
  expect(tab.warnings[0]).toContain('WebAssembly is not available');
  expect(tab.requests.filter((request) => request.startsWith('POST '))).toEqual([]);
  expect(site.askedByCache).toEqual([]);
});
