// How long a page that uses the package is held up by a manifest of a million: while it takes the server's,
// keeps it, follows a thousand changes, and, on the next visit, begins with what was kept.
import type { Page } from 'playwright-core';

import type { CacheServer } from '../../support/cache-server.ts';
import type { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { launchChromium } from '../gallery/browser.ts';
import { milliseconds, type Result } from '../report.ts';
import { largeAndSmall } from '../tools/pictures.ts';
import { median } from '../tools/statistics.ts';
import { longestTask, type Task } from './renderer.ts';

const ROUNDS = 5;
const CHANGES = 1000;

interface Visit {
  taking: Task;
  following: Task;
  returning: Task;
  /** Of the socket's messages, for each entry that they told of. */
  bytesAnEntry: number;
  /** Of the message that tells of one entry. */
  bytesOfOne: number;
}

export async function tasks(
  server: CacheServer,
  origin: ScriptedOrigin,
  entries: number,
): Promise<Result> {
  const visits: Visit[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    visits.push(await visit(server, await pictures(origin, round)));
  }
  const row = (title: string, what: 'taking' | 'following' | 'returning') => [
    title,
    milliseconds(median(visits.map((one) => one[what].wallMs))),
    milliseconds(median(visits.map((one) => one[what].cpuMs))),
    milliseconds(Math.max(...visits.map((one) => one[what].wallMs))),
  ];
  const longest = median(
    visits.map((one) => Math.max(one.taking.wallMs, one.following.wallMs, one.returning.wallMs)),
  );
  const bytesOfOne = median(visits.map((one) => one.bytesOfOne));
  const million = entries.toLocaleString('en');
  return {
    table: {
      title: `The longest task of a page with ${million} entries`,
      columns: ['', 'longest task', 'most processor time of one', 'longest of all rounds'],
      rows: [
        row('first visit: opening, taking the manifest, keeping it', 'taking'),
        row(`following ${CHANGES} new pictures`, 'following'),
        row('next visit: opening, from what was kept', 'returning'),
      ],
      notes: [
        `Medians of ${ROUNDS} rounds, each in a browser of its own (Chromium), from its trace: tasks on the page's main thread, starting the page included.`,
        `The server told of the new pictures in ${Math.round(median(visits.map((one) => one.bytesAnEntry)))} bytes an entry, and in ${bytesOfOne} bytes of one alone (URLs of 75 bytes).`,
      ],
    },
    bars: [
      {
        what: `${million} entries in the page: the longest task on the main thread`,
        wanted: '≤ 50 ms',
        measured: milliseconds(longest),
        met: longest <= 50,
      },
      {
        what: `${million} entries: one changed entry on the wire`,
        wanted: '< 300 B',
        measured: `${bytesOfOne} B`,
        met: bytesOfOne < 300,
      },
    ],
  };
}

/** One to warm up with, and then CHANGES more; nobody has asked for any of them. */
async function pictures(origin: ScriptedOrigin, round: number): Promise<string[]> {
  const { small } = await largeAndSmall();
  const path = (i: number) => {
    const start = `/actors/round-${round}/${String(i).padStart(4, '0')}_`;
    return `${start.padEnd(71 - origin.url.length, 'x')}.jpg`;
  };
  return Array.from({ length: CHANGES + 1 }, (_, i) => origin.on(path(i), answer(200, small)));
}

async function visit(server: CacheServer, [first = '', ...urls]: string[]): Promise<Visit> {
  const browser = await launchChromium();
  try {
    const context = await browser.newContext();
    const traced = async (page: Page, work: () => Promise<unknown>): Promise<Task> => {
      await browser.startTracing(page, { categories: ['toplevel'] });
      await work();
      return longestTask(await browser.stopTracing());
    };
    const page = await context.newPage();
    const messages: string[] = [];
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => messages.push(payload.toString())),
    );
    const open = async (opened: Page): Promise<void> => {
      await opened.goto(server.origin);
      await opened.evaluate(() => window.imageCache.ready());
    };
    const taking = await traced(page, async () => {
      await open(page);
      await page.waitForFunction(() => localStorage.getItem('image-cache:kept') !== null);
    });
    await server.cache('bench', first);
    await areCached(page, [first]);
    const bytesOfOne = bytesOf(messages.splice(0));
    const following = await traced(page, async () => {
      await server.prefetch('bench', urls);
      await areCached(page, urls);
    });
    const bytesAnEntry = bytesOf(messages) / urls.length;
    await page.close();
    const again = await context.newPage();
    const returning = await traced(again, async () => {
      await open(again);
      await areCached(again, urls); // it has caught up
    });
    return { taking, following, returning, bytesAnEntry, bytesOfOne };
  } finally {
    await browser.close();
  }
}

async function areCached(page: Page, urls: string[]): Promise<void> {
  await page.waitForFunction(
    (wanted) => wanted.every((url) => window.imageCache.peek(url).status === 'cached'),
    urls,
  );
}

function bytesOf(messages: readonly string[]): number {
  const changes = messages.filter((text) => text.startsWith('{"type":"changes"'));
  return changes.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
