// Smaller pictures for small places: which one the browser takes, and that none is hidden where there is none.
import { expect, test } from './scenario.ts';
import type { Site } from './site.ts';
import type { Tab } from './tab.ts';

const COUNT = 3;
/** In pixels; noise, so that each smaller one is a smaller file. */
const SIDE = 640;

/** A cached gallery whose places are 120 pixels wide. */
async function fillWith(site: Site, widths: number[]): Promise<void> {
  await site.fill(COUNT, '0001', SIDE);
  await site.cachePictures(COUNT);
  const pictures = await site.pictures(COUNT);
  site.write({ pictures: pictures.map((each) => ({ ...each, widths, sizes: '120px' })) });
}

/** The pixels of the files that are shown; naturalWidth of an <img> with `sizes` tells those of its place. */
function widthsOf(tab: Tab): Promise<number[]> {
  return tab.page.evaluate(() =>
    Promise.all(
      [...document.images].map(async ({ currentSrc }) => {
        const file = new Image();
        file.src = currentSrc;
        await file.decode();
        return file.naturalWidth;
      }),
    ),
  );
}

const allOf = (width: number): number[] => Array.from({ length: COUNT }, () => width);

test('widths: the smallest that fits is shown, and S3 is asked nothing', async ({
  site,
  openTab,
}) => {
  await fillWith(site, [128, 256, 384]);
  const tab = await openTab();
  for (const { src, sources, statuses, errors } of await tab.shows(COUNT, site.url)) {
    expect(src).toMatch(/\/api\/cache\/image\?path=.*&w=128$/);
    expect(sources).toHaveLength(1);
    expect(statuses).toEqual(['server']);
    expect(errors).toBe(0);
  }
  expect(await widthsOf(tab)).toEqual(allOf(128));
  expect(site.askedByPages).toEqual([]);
});

test('widths: a screen of two pixels a pixel takes a larger one', async ({ site, openTab }) => {
  await fillWith(site, [128, 256, 384]);
  const tab = await openTab();
  await tab.page.setViewport({ width: 1280, height: 900, deviceScaleFactor: 2 });
  await tab.reload();
  for (const { src } of await tab.shows(COUNT, site.url)) expect(src).toMatch(/&w=256$/);
  expect(await widthsOf(tab)).toEqual(allOf(256));
});

test('widths: a server that makes none gives the picture as it is', async ({ site, openTab }) => {
  await fillWith(site, [128, 256]);
  await site.restartCache('stop', ['--image-widths', 'off']);
  const tab = await openTab();
  for (const { statuses, errors } of await tab.shows(COUNT, site.url)) {
    expect(statuses).toEqual(['server']);
    expect(errors).toBe(0);
  }
  expect(await widthsOf(tab)).toEqual(allOf(SIDE));
  expect(site.askedByPages).toEqual([]);
});

test('widths: one that the server does not know brings the picture from S3', async ({
  site,
  openTab,
}) => {
  await fillWith(site, [128, 256]);
  await site.restartCache('stop', ['--image-widths', '64']);
  const tab = await openTab();
  for (const { errors } of await tab.shows(COUNT, site.s3.endpoint)) expect(errors).toBe(0);
  expect(await widthsOf(tab)).toEqual(allOf(SIDE));
});
