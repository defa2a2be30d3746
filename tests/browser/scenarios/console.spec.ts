// The server's own page in either browser: it draws, tells and follows, under its own policy.
import { CacheServer } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { S3 } from '../../support/s3.ts';
import { expect, test } from './scenario.ts';

test("the server's own page shows figures, charts and guesses, and follows", async ({
  profile,
}) => {
  const s3 = await S3.start();
  const server = await CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint, '--usage-model', 'learn'],
  });
  for (const [i, actor] of ['0001', '0002'].entries()) {
    const url = await s3.put(`${actor}/a.jpg`, await picture(i));
    await server.prefetch(actor, [url], { priority: 'high' });
  }
  const page = await profile.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(server.origin);
  const text = (): Promise<string> => page.evaluate(() => document.body.innerText);
  await expect.poll(text).toContain('After actor 0002, from 2 openings of 2 actors');
  expect(await text()).toContain('Running');
  const charts = (): Promise<number> => page.$$eval('canvas', (found) => found.length);
  await expect.poll(charts).toBe(3);
  const pictures = (): Promise<string> =>
    page.$$eval('.figure', (figures) =>
      figures.map((figure) => (figure as HTMLElement).innerText).join(' '),
    );
  await expect.poll(pictures).toMatch(/Pictures\s+2/);
  await server.prefetch('0003', [await s3.put('0003/a.jpg', await picture(3))]);
  await expect.poll(pictures).toMatch(/Pictures\s+3/);
  expect(faults).toEqual([]);
  await server.stop();
  await s3.stop();
});
