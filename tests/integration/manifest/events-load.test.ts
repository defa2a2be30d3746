// Many pages, many changes, and pages that do not read: nobody misses anything without being told.
import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { EventSocket, readFrame, shakeHands } from '../../support/event-socket.ts';
import { picture } from '../../support/pictures.ts';
import { parsePrometheus } from '../../support/prometheus.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';

const patience = 120_000;
let origin: ScriptedOrigin;
let image: Buffer;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  image = await picture(1, 'jpeg', 16);
});
afterAll(() => origin.stop());

const start = (): Promise<CacheServer> =>
  CacheServer.start({ args: ['--origin', origin.url, '--downloads', '32'] });

/** URLs of pictures that the origin has; `padding` makes them long. */
function pictures(folder: string, count: number, padding = ''): string[] {
  return Array.from({ length: count }, (_, i) =>
    origin.on(`/${folder}/${padding}${i}.jpg`, answer(200, image)),
  );
}

interface Put {
  s3_url: string;
}

it(
  'ten pages see a thousand publications, each revision in order, or are told of a gap',
  { timeout: patience },
  async () => {
    const server = await start();
    const urls = pictures('ten', 1000);
    const pages = await Promise.all(
      Array.from({ length: 10 }, () => EventSocket.open(server.origin, '?types=changes')),
    );
    for (const page of pages) await page.next('hello');
    await server.prefetch('0001', urls);
    await server.post('/api/cache/clear-all');
    const isOver = (page: EventSocket): boolean => {
      const last = page.texts.at(-1) ?? '';
      return last.includes('"removed_all"') || last.includes('"gap"');
    };
    for (const page of pages) await until('the end of the changes', () => isOver(page), patience);
    for (const page of pages) {
      let revision = page.messages[0]?.revision;
      let hadGap = false;
      const seen = new Set<string>();
      for (const message of page.messages.slice(1)) {
        hadGap ||= message.type === 'gap';
        if (message.type === 'changes' && !hadGap) expect(message['since']).toBe(revision);
        revision = message.revision;
        const changes = (message['changes'] ?? []) as { put?: Put[] }[];
        for (const { put } of changes) for (const { s3_url: url } of put ?? []) seen.add(url);
      }
      if (!hadGap) expect(seen).toEqual(new Set(urls));
      page.close();
    }
    await server.stop();
  },
);

it(
  'a page that does not read holds up nobody, and is told of the gap when it reads again',
  { timeout: patience },
  async () => {
    const server = await start();
    const { connection } = await shakeHands(server.origin, {}, '/api/cache/events?types=changes');
    connection.pause();
    const quick = await EventSocket.open(server.origin, '?types=changes');
    await quick.next('hello');
    // Some 4 MB of changes: more than the queue, the kernel and this side of the connection take.
    // The quick page shares this process, so it is given the time to read: at no moment is there
    // more for it than its queue takes, however busy the machine is.
    const urls = pictures('slow', 700, 'x'.repeat(6000));
    for (let i = 0; i < urls.length; i += 35) {
      const report = await server.prefetch('0001', urls.slice(i, i + 35));
      expect(report.cached).toBe(35);
      const newest = (await server.stats()).revision;
      await until('the changes', () => quick.messages.at(-1)?.revision === newest, patience);
    }
    expect(quick.messages.map(({ type }) => type)).not.toContain('gap');
    const families = parsePrometheus((await server.get('/metrics')).text);
    expect(families.get('image_cache_events_gaps_total')?.samples[0]?.value).toBeGreaterThan(0);
    expect(families.get('image_cache_events_waiting_bytes')?.samples[0]?.value).toBeLessThanOrEqual(
      512 * 1024,
    );

    connection.resume();
    for (;;) {
      const message = JSON.parse((await readFrame(connection)).payload) as { type: string };
      if (message.type === 'gap') break;
    }
    connection.destroy();
    quick.close();
    await server.stop();
  },
);

it('a thousand pages are told of one change', { timeout: patience }, async () => {
  const server = await start();
  const [url = ''] = pictures('many', 1);
  const pages = [];
  for (let i = 0; i < 1000; i += 1) {
    const page = await shakeHands(server.origin, {}, '/api/cache/events?types=changes');
    expect(page.answer.status).toBe(101);
    pages.push(page.connection);
  }
  for (const page of pages) expect((await readFrame(page)).payload).toContain('"hello"');
  await server.cache('0001', url);
  const told = await Promise.all(pages.map(async (page) => (await readFrame(page)).payload));
  expect(new Set(told).size).toBe(1);
  expect(told[0]).toContain(url);
  pages.forEach((page) => page.destroy());
  await until('nobody to be left', async () => {
    const families = parsePrometheus((await server.get('/metrics')).text);
    return families.get('image_cache_http_websockets')?.samples[0]?.value === 0;
  });
  await server.stop();
});
