// A worker under a policy that lets pages show pictures of the bucket, and lets nobody fetch from it.
import { expect, test } from '@playwright/test';

import { keptPictures, OfflineSite, served, shownSources } from './offline-site.ts';
import { withPolicy } from './policy-proxy.ts';

test.describe.configure({ timeout: 60_000 });

test('strict policy: what is cached comes from the worker, what is not from S3 as ever', async ({
  page,
}) => {
  const site = await OfflineSite.start();
  const [cached = ''] = await site.add(['a']);
  const others = await site.add(['b', 'c'], 64, false);
  const policy = [
    "default-src 'self'",
    `img-src 'self' ${site.s3.endpoint}`,
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
  ].join('; ');
  const proxy = await withPolicy(site.url, policy);
  const address = (plain: string[]): string =>
    `${proxy.url}/#${encodeURIComponent(JSON.stringify({ plain }))}`;

  await page.goto(address([]));
  await served(page);
  for (const plain of [[cached, ...others], [...others], [cached]]) {
    await page.goto('about:blank');
    await page.goto(address(plain));
    await expect
      .poll(async () => (await shownSources(page)).filter((source) => source !== null).length)
      .toBe(plain.length);
  }
  await expect.poll(() => keptPictures(page)).toBe(1);
  await proxy.close();
  await site.stop();
});
