// The cached gallery with its server dead, answered by the service worker, beside the same page and files
// from nginx.
import type { Browser, BrowserContext } from 'playwright-core';

import { until } from '../../support/until.ts';
import { atMost, milliseconds, ratio, type Result } from '../report.ts';
import { startStaticNginx } from '../tools/static-nginx.ts';
import { median } from '../tools/statistics.ts';
import { newVisitor, timeReturn, timeVisit, type VisitTimes } from './browser.ts';
import type { Gallery } from './gallery.ts';
import type { Visit } from './page/gallery.tsx';

const ROUNDS = 20;
const LIMIT = 1.5;

/** Stops the gallery's cache server. REQUIRES: every picture is cached. */
export async function offlineBesideNginx(
  browser: Browser,
  gallery: Gallery,
  plainPageDir: string,
  workDir: string,
): Promise<Result> {
  const nginx = await startStaticNginx({
    workDir: `${workDir}/nginx-offline`,
    imagesDir: gallery.imagesDir,
    pageDir: plainPageDir,
  });
  const visitor = await newVisitor(browser);
  try {
    const files = await gallery.localFiles(`${nginx.url}/images/`);
    await fillWorker(visitor, gallery);
    const { pageUrl } = gallery;
    await gallery.stopCache();

    const compare = async (opened: Visit['opened']) => {
      const series = { worker: [] as VisitTimes[], nginx: [] as VisitTimes[] };
      for (let round = 0; round < ROUNDS; round += 1) {
        const cached = { ...(await gallery.visit('cached')), opened };
        const named = { ...cached, element: 'plain' as const, pictures: files };
        const offline = await timeReturn(visitor, pageUrl, cached);
        if (offline.fromWorker !== files.length)
          throw new Error(`the worker answered ${offline.fromWorker} of ${files.length} pictures`);
        series.worker.push(offline);
        series.nginx.push(await timeVisit(browser, nginx.url, named));
      }
      return (key: 'loadedMs' | 'paintedMs') => ({
        worker: median(series.worker.map((times) => times[key])),
        nginx: median(series.nginx.map((times) => times[key])),
      });
    };
    const withPage = await compare('with-the-page');
    const later = await compare('later');
    const rows = [
      { what: 'page and gallery: last picture loaded', times: withPage('loadedMs') },
      { what: 'page and gallery: last picture painted', times: withPage('paintedMs') },
      { what: 'gallery opened in the page: last loaded', times: later('loadedMs') },
      { what: 'gallery opened in the page: last painted', times: later('paintedMs') },
    ];
    return {
      table: {
        title: 'The gallery without any server, from the service worker, beside nginx',
        columns: ['', 'service worker', 'nginx', 'ratio'],
        rows: rows.map(({ what, times }) => [
          what,
          milliseconds(times.worker),
          milliseconds(times.nginx),
          ratio(times.worker / times.nginx),
        ]),
        notes: [
          `Medians of ${ROUNDS} visits each, in turn. The cache server is stopped; the page, the module and all ${files.length} pictures come`,
          'from the service worker, which an earlier visit has filled. nginx answers a browser that has nothing stored.',
        ],
      },
      bars: rows.map(({ what, times }) =>
        atMost(`offline, ${what}, beside nginx`, times.worker / times.nginx, LIMIT),
      ),
    };
  } finally {
    await visitor.close();
    await nginx.close();
  }
}

/** A first visit installs the worker, a second one is answered through it and so fills it. */
async function fillWorker(visitor: BrowserContext, gallery: Gallery): Promise<void> {
  const visit = await gallery.visit('cached');
  const page = await visitor.newPage();
  await page.addInitScript((value) => {
    window.visit = value;
  }, visit);
  await page.goto(gallery.pageUrl);
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/image-cache-sw.js');
    await navigator.serviceWorker.ready;
  });
  await page.reload();
  await until(
    'every picture kept by the worker, and the manifest by the page',
    () =>
      page.evaluate(async (count) => {
        const pictures = await caches.open('image-cache-pictures-v1');
        const hasManifest = localStorage.getItem('image-cache:kept') !== null;
        return hasManifest && (await pictures.keys()).length === count;
      }, visit.pictures.length),
    60_000,
  );
  await page.close();
}
