// A manifest of a million in a page: in the module, and in a Map that was made from JSON.
import type { Page } from 'playwright-core';

import type { CacheServer } from '../../support/cache-server.ts';
import { launchChromium } from '../gallery/browser.ts';
import { atMost, atLeast, megabytes, milliseconds, type Result } from '../report.ts';
import { median } from '../tools/statistics.ts';
import { drain } from '../store/generated-cache.ts';
import { addition, someUrls } from './million.ts';
import { settledBytes } from './renderer.ts';

const ROUNDS = 5;
const BATCH = 1000;
const BATCHES = 25;
const MESSAGES = 5;

type Who = 'module' | 'map';

interface Costs {
  readyMs: number;
  bytes: number;
  eachMicroseconds: number;
  batchMicroseconds: number;
  applyMs: number;
}

export async function holding(server: CacheServer, entries: number): Promise<Result> {
  const snapshot = await drain(server, '/api/cache/manifest', {
    accept: 'application/vnd.image-cache.snapshot',
  });
  const json = await drain(server, '/api/cache/manifest');
  const rounds: Record<Who, Costs[]> = { module: [], map: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const who of ['module', 'map'] as const)
      rounds[who].push(await measure(server, who, entries));
  }
  const middle = (who: Who, what: keyof Costs) => median(rounds[who].map((costs) => costs[what]));
  const row = (title: string, what: keyof Costs, format: (value: number) => string) => {
    const [module, map] = [middle('module', what), middle('map', what)];
    return [title, format(module), format(map), `${(map / module).toFixed(1)}×`];
  };
  const microseconds = (value: number) => `${value.toFixed(3)} µs`;
  const million = entries.toLocaleString('en');
  return {
    table: {
      title: `A manifest of ${million} in the page`,
      columns: ['', 'module, compact snapshot', 'JSON.parse + Map', 'ratio'],
      rows: [
        [
          'bytes sent, not compressed',
          megabytes(snapshot.bytes),
          megabytes(json.bytes),
          `${(json.bytes / snapshot.bytes).toFixed(1)}×`,
        ],
        row('ready after the bytes are there', 'readyMs', milliseconds),
        row('memory', 'bytes', megabytes),
        row(`a lookup, ${BATCH} in a call`, 'batchMicroseconds', microseconds),
        row('a lookup, one by one', 'eachMicroseconds', microseconds),
        row(`adding ${BATCH} entries`, 'applyMs', milliseconds),
      ],
      notes: [
        `Medians of ${ROUNDS} rounds, in turn, each in a browser of its own (Chromium). The Map is made from the JSON manifest as the server sends it`,
        '(decoded, parsed, and of each entry only the URL and the local path kept). Memory: what is private to the renderer process in smaps_rollup, after a',
        'collection of garbage, over what it was before; the module’s code is in it. Lookups: URLs that are cached, by chance, as strings that nobody has',
        'looked up; the Map finds a URL only as it is written, the module by its cache key. Adding: one "changes" message, the parsing of its JSON included.',
      ],
    },
    bars: [
      atLeast(
        `${million} entries in the page: ready, times sooner than JSON.parse + Map`,
        middle('map', 'readyMs') / middle('module', 'readyMs'),
        10,
      ),
      atMost(
        `${million} entries in the page: memory, beside the Map`,
        middle('module', 'bytes') / middle('map', 'bytes'),
        0.2,
      ),
      {
        what: `${million} entries in the page: a lookup, ${BATCH} in a call`,
        wanted: '≤ 0.5 µs',
        measured: microseconds(middle('module', 'batchMicroseconds')),
        met: middle('module', 'batchMicroseconds') <= 0.5,
      },
      atMost(
        `${million} entries in the page: ${BATCH} lookups, beside the Map`,
        middle('module', 'batchMicroseconds') / middle('map', 'batchMicroseconds'),
        1,
      ),
      {
        what: `${million} entries in the page: adding ${BATCH}`,
        wanted: '< 5 ms',
        measured: milliseconds(middle('module', 'applyMs')),
        met: middle('module', 'applyMs') < 5,
      },
      {
        what: `${million} entries: the compact snapshot, an entry`,
        wanted: '≤ 24 B',
        measured: `${(snapshot.bytes / entries).toFixed(1)} B`,
        met: snapshot.bytes / entries <= 24,
      },
    ],
  };
}

async function measure(server: CacheServer, who: Who, entries: number): Promise<Costs> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(server.origin);
    const before = await settledBytes(browser, page);
    const readyMs = await take(page, who, entries);
    const bytes = (await settledBytes(browser, page)) - before;
    const lists = () => Array.from({ length: BATCHES }, () => someUrls(entries, BATCH));
    const batchMicroseconds = await page.evaluate(lookups, ['lookupAll', lists()] as const);
    const eachMicroseconds = await page.evaluate(lookups, ['lookupEach', lists()] as const);
    const messages = Array.from({ length: MESSAGES }, (_, i) =>
      addition(entries + i * BATCH, BATCH),
    );
    const applyMs = median(await page.evaluate(apply, messages));
    return { readyMs, bytes, batchMicroseconds, eachMicroseconds, applyMs };
  } finally {
    await browser.close();
  }
}

async function take(page: Page, who: Who, entries: number): Promise<number> {
  const taken = await page.evaluate(async (name) => {
    window.held = await window.contestants[name].take();
    return { readyMs: window.held.readyMs, entries: window.held.entries };
  }, who);
  if (taken.entries !== entries) throw new Error(`${who} holds ${taken.entries} entries`);
  return taken.readyMs;
}

/** Runs in the page: microseconds a lookup, without the first lists, which warm the code up. A mean, because
 *  the clock of a page has steps of 0.1 ms. */
function lookups([how, lists]: readonly ['lookupAll' | 'lookupEach', string[][]]): number {
  const times = lists.map((urls) => {
    const start = performance.now();
    const found = window.held[how](urls);
    const ms = performance.now() - start;
    if (found !== urls.length) throw new Error(`${found} of ${urls.length} are cached`);
    return (ms * 1000) / urls.length;
  });
  const steady = times.slice(5);
  return steady.reduce((sum, one) => sum + one, 0) / steady.length;
}

/** Runs in the page: milliseconds of each message. */
function apply(messages: string[]): number[] {
  return messages.map((message) => {
    const start = performance.now();
    window.held.apply(message);
    return performance.now() - start;
  });
}
