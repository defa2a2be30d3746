// The table the project exists for: a gallery of 25 pictures behind a slow origin, visited again and again.
import type { Browser } from 'playwright-core';

import { timeVisit, type VisitTimes } from './browser.ts';
import type { Gallery } from './gallery.ts';
import { startNginx } from './nginx.ts';
import type { Visit } from './page/gallery.tsx';
import { milliseconds, ratio, type Section } from './report.ts';
import { median } from './statistics.ts';

const ROUNDS = 20;

/** First and second visits, without and with the cache, from one origin with 2 s of latency a picture. */
export async function visitsOverTime(browser: Browser, gallery: Gallery): Promise<Section> {
  const visit = async (element: Visit['element']) =>
    timeVisit(browser, gallery.pageUrl, await gallery.visit(element));

  const rows: { name: string; times: VisitTimes; fromCache: number }[] = [];
  const record = async (name: string, element: Visit['element']) => {
    const times = await visit(element);
    rows.push({ name, times, fromCache: times.sources[gallery.pageUrl] ?? 0 });
  };
  await record('without the cache, first visit', 'plain');
  await record('without the cache, second visit', 'plain');
  const before = gallery.originGets;
  await record('with the cache, first visit', 'cached');
  await gallery.settled();
  const fetchedByServer = await gallery.serverDownloads();
  await record('with the cache, second visit', 'cached');
  await gallery.restartCache();
  await record('with the cache, server restarted', 'cached');

  const [first, , cold] = rows.map(({ times }) => times);
  const slowdown = cold!.loadedMs / first!.loadedMs;
  return {
    table: {
      title: 'A gallery of 25 pictures of 330 KB, 2 s of latency a picture',
      columns: ['visit', 'last loaded', 'last painted', 'pictures from the cache'],
      rows: rows.map(({ name, times, fromCache }) => [
        name,
        milliseconds(times.loadedMs),
        milliseconds(times.paintedMs),
        fromCache,
      ]),
      notes: [
        'Milliseconds since the start of the navigation, in Chromium, each visit with an empty browser cache and freshly',
        `signed URLs. The origin answered ${gallery.originGets - before} requests during the visits with the cache; the server itself`,
        `downloaded ${fetchedByServer} pictures.`,
      ],
    },
    bars: [
      {
        what: 'the first visit is no slower than without the cache',
        wanted: '≤ 1.00×',
        measured: ratio(slowdown),
        met: slowdown <= 1,
      },
      {
        what: 'nothing is fetched twice by the server',
        wanted: '25 downloads',
        measured: `${fetchedByServer} downloads`,
        met: fetchedByServer === 25,
      },
    ],
  };
}

/** The cached gallery beside the same page and the same files from nginx, visits in turn. */
export async function besideNginx(
  browser: Browser,
  gallery: Gallery,
  pageDir: string,
  workDir: string,
): Promise<Section> {
  const nginx = await startNginx(`${workDir}/nginx`, pageDir, gallery.imagesDir);
  try {
    const files = await gallery.localFiles(`${nginx.url}/images/`);
    const series = { cache: [] as VisitTimes[], nginx: [] as VisitTimes[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      series.cache.push(await timeVisit(browser, gallery.pageUrl, await gallery.visit('cached')));
      series.nginx.push(
        await timeVisit(browser, nginx.url, { ...(await gallery.visit('plain')), pictures: files }),
      );
    }
    const of = (key: 'loadedMs' | 'paintedMs') => ({
      cache: median(series.cache.map((times) => times[key])),
      nginx: median(series.nginx.map((times) => times[key])),
    });
    const loaded = of('loadedMs');
    const painted = of('paintedMs');
    return {
      table: {
        title: 'A cached gallery of 25, beside the same page and files from nginx',
        columns: ['', 'Image Cache', 'nginx', 'ratio'],
        rows: [
          [
            'last picture loaded',
            milliseconds(loaded.cache),
            milliseconds(loaded.nginx),
            ratio(loaded.cache / loaded.nginx),
          ],
          [
            'last picture painted',
            milliseconds(painted.cache),
            milliseconds(painted.nginx),
            ratio(painted.cache / painted.nginx),
          ],
        ],
        notes: [
          `Medians of ${ROUNDS} visits each, in turn, each with an empty browser cache. With nginx the page names the files in`,
          '<img>; with Image Cache it also loads the module and the manifest before it knows them.',
        ],
      },
      bars: [
        atMost('loaded, beside nginx', loaded.cache / loaded.nginx, 1.15),
        atMost('painted, beside nginx', painted.cache / painted.nginx, 1.15),
        {
          what: 'a cached gallery is loaded',
          wanted: '< 200 ms',
          measured: milliseconds(loaded.cache),
          met: loaded.cache < 200,
        },
      ],
    };
  } finally {
    await nginx.close();
  }
}

function atMost(what: string, value: number, limit: number) {
  return { what, wanted: `≤ ${ratio(limit)}`, measured: ratio(value), met: value <= limit };
}
