// The cost of asking the module for a picture, in the page, beside what a JavaScript developer would write.
import type { Browser } from 'playwright-core';

import type { Gallery } from './gallery.ts';
import type { Result } from '../report.ts';

const ROUNDS = 7;

export async function lookupCost(browser: Browser, gallery: Gallery): Promise<Result> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const visit = await gallery.visit('plain');
    await page.addInitScript((value) => {
      window.visit = { ...value, pictures: [] };
    }, visit);
    await page.goto(gallery.pageUrl);
    const costs = await page.evaluate(measure, {
      urls: visit.pictures.map(({ src }) => src),
      rounds: ROUNDS,
    });
    const row = (what: string, microseconds: number) => [what, `${microseconds.toFixed(3)} µs`];
    return {
      table: {
        title: 'Asking whether a picture is cached, in the page',
        columns: ['', 'a lookup'],
        rows: [
          row('imageCache.peek, the URL asked for before', costs.repeated),
          row('imageCache.peek, a URL with a new signature', costs.fresh),
          row('Map.get of the whole URL (knows no signatures)', costs.map),
          row('new URL + delete of the signing parameters + Map.get', costs.normalized),
          row('GET /api/cache/exists', costs.request),
        ],
        notes: [
          `Medians of ${ROUNDS} rounds in Chromium, over ${visit.pictures.length} presigned URLs.`,
        ],
      },
      bars: [],
    };
  } finally {
    await context.close();
  }
}

interface Costs {
  repeated: number;
  fresh: number;
  map: number;
  normalized: number;
  request: number;
}

/** Runs in the page: microseconds a lookup. */
async function measure({ urls, rounds }: { urls: string[]; rounds: number }): Promise<Costs> {
  const { imageCache } = window.bench;
  await imageCache.ready();
  const local = (url: string): string | undefined => {
    const found = imageCache.peek(url);
    return found.status === 'cached' ? found.src : undefined;
  };
  if (local(urls[0]!) === undefined) throw new Error('the gallery is not cached');

  const key = (url: string): string => {
    const parsed = new URL(url);
    for (const name of [...parsed.searchParams.keys()]) {
      if (/^(x-amz-.*|x-id)$/i.test(name)) parsed.searchParams.delete(name);
    }
    return parsed.href;
  };
  const byUrl = new Map(urls.map((url) => [url, local(url)]));
  const byKey = new Map(urls.map((url) => [key(url), local(url)]));

  let serial = 0;
  const renewed = (): string[] => urls.map((url) => `${url}&X-Amz-Nonce=${(serial += 1)}`);
  const medianOf = (values: number[]): number =>
    values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  const time = (lookup: (url: string) => unknown, lists: () => string[][]): number =>
    medianOf(
      Array.from({ length: rounds }, () => {
        const asked = lists();
        const start = performance.now();
        for (const list of asked)
          for (const url of list) if (lookup(url) === undefined) throw new Error(url);
        return ((performance.now() - start) * 1000) / (asked.length * urls.length);
      }),
    );

  const same = () => Array.from({ length: 2000 }, () => urls);
  const fresh = () => Array.from({ length: 200 }, renewed);
  const requests: number[] = [];
  for (let i = 0; i < rounds * 10; i += 1) {
    const path = new URL(local(urls[0]!)!, location.href).searchParams.get('path')!;
    const start = performance.now();
    await (
      await fetch(`/api/cache/exists?path=${encodeURIComponent(path)}`, { cache: 'no-store' })
    ).json();
    requests.push((performance.now() - start) * 1000);
  }
  return {
    repeated: time(local, same),
    fresh: time(local, fresh),
    map: time((url) => byUrl.get(url), same),
    normalized: time((url) => byKey.get(key(url)), fresh),
    request: medianOf(requests),
  };
}
