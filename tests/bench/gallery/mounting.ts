// What a thousand <CachedImage> cost the page beside a thousand <img> with the same src.
import type { Browser } from 'playwright-core';

import { CacheServer } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { S3 } from '../../support/s3.ts';
import { atMost, milliseconds, ratio, type Result } from '../report.ts';
import { numberedCopy } from '../tools/pictures.ts';
import { median } from '../tools/statistics.ts';
import type { Mounted } from './page/mounting.tsx';

const PICTURES = 1000;
const ROUNDS = 40;
/** Until the engine has compiled what runs often, and the pictures are in the browser's memory. */
const WARM_UP_ROUNDS = 8;
const LIMIT = 1.3;

export async function mounting(browser: Browser, pageDir: string): Promise<Result> {
  const s3 = await S3.start();
  const cache = await CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint, '--static-dir', pageDir],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 1280 } });
  try {
    const jpeg = await picture(0, 'jpeg', 16);
    const urls: string[] = [];
    for (let i = 0; i < PICTURES; i += 1) {
      urls.push(await s3.put(`0001/${String(i).padStart(4, '0')}.jpg`, numberedCopy(jpeg, i)));
    }
    await cache.prefetch('0001', urls);
    const page = await context.newPage();
    await page.goto(`${cache.origin}/mounting.html`);
    await page.waitForFunction(() => window.mount !== undefined);
    await page.evaluate(() => window.ready());
    const sources = await page.evaluate((asked) => window.sources(asked), urls);

    const series: Record<'plain' | 'cached', Mounted[]> = { plain: [], cached: [] };
    const mount = (element: 'plain' | 'cached', named: (string | undefined)[]) =>
      page.evaluate(([kind, list]) => window.mount(kind, list as string[]), [
        element,
        named,
      ] as const);
    for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
      // Each goes first as often as the other: what one leaves for the garbage collector the next pays.
      const first = round % 2 === 0 ? await mount('plain', sources) : undefined;
      const cached = await mount('cached', urls);
      const plain = first ?? (await mount('plain', sources));
      for (const { local } of [plain, cached]) {
        if (local !== PICTURES) throw new Error(`${local} of ${PICTURES} pictures are local`);
      }
      if (round < WARM_UP_ROUNDS) continue;
      series.plain.push(plain);
      series.cached.push(cached);
    }
    return report(series);
  } finally {
    await context.close();
    await cache.stop();
    await s3.stop();
  }
}

function report(series: Record<'plain' | 'cached', Mounted[]>): Result {
  const medians = (key: 'mountMs' | 'frameMs') => ({
    plain: median(series.plain.map((mounted) => mounted[key])),
    cached: median(series.cached.map((mounted) => mounted[key])),
  });
  const mount = medians('mountMs');
  const row = (what: string, { plain, cached }: typeof mount) => [
    what,
    milliseconds(plain),
    milliseconds(cached),
    ratio(cached / plain),
  ];
  return {
    table: {
      title: `Mounting ${PICTURES} pictures`,
      columns: ['', '<img>', '<CachedImage>', 'ratio'],
      rows: [
        row('until React has mounted them', mount),
        row('until the frame with them is laid out', medians('frameMs')),
      ],
      notes: [
        `Medians of ${ROUNDS} mounts each, in turn, after ${WARM_UP_ROUNDS} of each, in Chromium with React's production build. All`,
        'are cached; both name the same local copies, which the browser has in its memory.',
      ],
    },
    bars: [
      atMost(
        `${PICTURES} CachedImage mounted, beside as many <img>`,
        mount.cached / mount.plain,
        LIMIT,
      ),
    ],
  };
}
