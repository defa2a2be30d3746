// What a browser's pages cost, as the kernel and the browser's own trace tell it.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import type { Browser, Page } from 'playwright-core';

const POLL_MS = 250;
const STEADY_BYTES = 2e6;

/** Private memory of all renderers of `browser`, after a collection of garbage and once it stays what it is. */
export async function settledBytes(browser: Browser, page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  let before = Infinity;
  for (;;) {
    await session.send('HeapProfiler.collectGarbage');
    await delay(POLL_MS); // what was freed is given back a moment later, from threads of its own
    const now = await privateBytes(browser);
    if (Math.abs(before - now) < STEADY_BYTES) return now;
    before = now;
  }
}

async function privateBytes(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const sizes = renderers.map(async ({ id }) => {
    const text = await readFile(`/proc/${id}/smaps_rollup`, 'latin1');
    const kilobytes = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)];
    return kilobytes.reduce((sum, [, digits]) => sum + Number(digits) * 1024, 0);
  });
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}

export interface Task {
  wallMs: number;
  /** The most of any task, not always the same one: on a busy machine the clock also measures others. */
  cpuMs: number;
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/** The longest task, by the clock and by processor time, on the main thread of the renderer that was busiest, of a
 *  trace of "toplevel". */
export function longestTask(trace: Buffer): Task {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const mainThreads = traceEvents
    .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
    .map(({ pid, tid }) =>
      traceEvents.filter(
        (event) => event.pid === pid && event.tid === tid && /RunTask$/.test(event.name),
      ),
    );
  const busy = (events: TraceEvent[]) => events.reduce((sum, { tdur = 0 }) => sum + tdur, 0);
  const [tasks = []] = mainThreads.sort((a, b) => busy(b) - busy(a));
  if (tasks.length === 0) throw new Error('the trace has no tasks');
  return {
    wallMs: Math.max(...tasks.map(({ dur = 0 }) => dur)) / 1000,
    cpuMs: Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000,
  };
}
