// The table the project exists for: a gallery of 25 pictures behind a slow origin, visited again and again.
import type { Browser } from 'playwright-core';

import { timeVisit, type VisitTimes } from './browser.ts';
import type { Gallery } from './gallery.ts';
import { startStaticNginx } from '../tools/static-nginx.ts';
import type { Visit } from './page/gallery.tsx';
import { atMost, milliseconds, ratio, withReason, type Bar, type Result } from '../report.ts';
import { median } from '../tools/statistics.ts';

const ROUNDS = 20;
const LIMIT = 1.05;
/** For the module, after which a picture is shown from S3. */
const LONGEST_WAIT_MS = 150;

const SCRIPTS_REASON =
  'A page that names its files needs neither the module nor the manifest; loading and starting them is the difference';
const NAVIGATION_REASON =
  'Half of the time is over before the first picture is asked for: the new process of the browser and the scripts';

/** First and second visits, without and with the cache, from one origin with 2 s of latency a picture. */
export async function visitsOverTime(browser: Browser, gallery: Gallery): Promise<Result> {
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
): Promise<Result> {
  const nginx = await startStaticNginx({
    workDir: `${workDir}/nginx`,
    imagesDir: gallery.imagesDir,
    pageDir,
  });
  try {
    const files = await gallery.localFiles(`${nginx.url}/images/`);
    const compare = async (opened: Visit['opened']): Promise<Comparison> => {
      const series = { cache: [] as VisitTimes[], nginx: [] as VisitTimes[] };
      for (let round = 0; round < ROUNDS; round += 1) {
        const cached = { ...(await gallery.visit('cached')), opened };
        const named = { ...cached, element: 'plain' as const, pictures: files };
        series.cache.push(await timeVisit(browser, gallery.pageUrl, cached));
        series.nginx.push(await timeVisit(browser, nginx.url, named));
      }
      const medians = (key: 'loadedMs' | 'paintedMs'): Pair => ({
        cache: median(series.cache.map((times) => times[key])),
        nginx: median(series.nginx.map((times) => times[key])),
      });
      const waitedMs = Math.max(...series.cache.map((times) => times.waitedMs));
      return { loaded: medians('loadedMs'), painted: medians('paintedMs'), waitedMs };
    };
    const withPage = await compare('with-the-page');
    const later = await compare('later');
    const longestWaitMs = Math.max(withPage.waitedMs, later.waitedMs);

    const row = (what: string, { cache, nginx: theirs }: Pair) => [
      what,
      milliseconds(cache),
      milliseconds(theirs),
      ratio(cache / theirs),
    ];
    return {
      table: {
        title: 'A cached gallery of 25, beside the same page and files from nginx',
        columns: ['', 'Image Cache', 'nginx', 'ratio'],
        rows: [
          row('page and gallery: last picture loaded', withPage.loaded),
          row('page and gallery: last picture painted', withPage.painted),
          row('gallery opened in the page: last loaded', later.loaded),
          row('gallery opened in the page: last painted', later.painted),
        ],
        notes: [
          `Medians of ${ROUNDS} visits each, in turn, each with an empty browser cache. With nginx the page names the files in`,
          '<img>; with Image Cache the page also loads the module and the manifest before it knows them: for that a picture of',
          `the page was without an address for ${milliseconds(withPage.waitedMs)} at most, one of a gallery opened later for ${milliseconds(later.waitedMs)}.`,
        ],
      },
      bars: [
        besideAtMost('page and gallery loaded', withPage.loaded, LIMIT),
        besideAtMost('page and gallery painted', withPage.painted, LIMIT),
        besideAtMost('opened gallery loaded', later.loaded, LIMIT),
        besideAtMost('opened gallery painted', later.painted, LIMIT),
        {
          what: 'no picture waits longer for WebAssembly',
          wanted: `≤ ${LONGEST_WAIT_MS} ms`,
          measured: milliseconds(longestWaitMs),
          met: longestWaitMs <= LONGEST_WAIT_MS,
        },
        under200('an opened gallery is loaded', later.loaded),
        under200('page and gallery are loaded', withPage.loaded, NAVIGATION_REASON),
      ],
    };
  } finally {
    await nginx.close();
  }
}

interface Pair {
  cache: number;
  nginx: number;
}

interface Comparison {
  loaded: Pair;
  painted: Pair;
  /** The longest of all visits of the cached gallery. */
  waitedMs: number;
}

function besideAtMost(what: string, { cache, nginx }: Pair, limit: number): Bar {
  return atMost(`${what}, beside nginx`, cache / nginx, limit, SCRIPTS_REASON);
}

function under200(what: string, { cache, nginx }: Pair, reason?: string): Bar {
  const bar = {
    what,
    wanted: '< 200 ms',
    measured: `${milliseconds(cache)} (nginx ${milliseconds(nginx)})`,
    met: cache < 200,
  };
  return withReason(bar, reason);
}
