// What a miss costs beside the origin itself: to the first byte, and to the last.
import { Agent, get } from 'node:http';

import type { CacheServer } from '../../support/cache-server.ts';
import { LATENCY_MS, type Origin } from '../origin/origin.ts';
import { atMost, milliseconds, ratio, type Result } from '../report.ts';
import { median } from '../tools/statistics.ts';
import { readThroughUrl } from './url.ts';

const PICTURES = 40;

const REASONS: Record<'first' | 'whole', string | undefined> = {
  first: undefined,
  whole: undefined,
};

interface Times {
  firstMs: number;
  wholeMs: number;
}

export async function missLatency(origin: Origin, cache: CacheServer): Promise<Result> {
  const agent = new Agent({ keepAlive: true });
  const direct: Times[] = [];
  const through: Times[] = [];
  const again: Times[] = [];
  try {
    for (const url of origin.urls('large', PICTURES, 'latency-')) {
      direct.push(await fetchTimes(url, agent));
      through.push(await fetchTimes(readThroughUrl(cache, url), agent));
      again.push(await fetchTimes(readThroughUrl(cache, url), agent));
    }
  } finally {
    agent.destroy();
  }
  const of = (key: keyof Times, series: Times[]) => median(series.map((times) => times[key]));
  const later = of('firstMs', through) - of('firstMs', direct);
  const whole = of('wholeMs', through) / of('wholeMs', direct);
  const row = (what: string, series: Times[]) => [
    what,
    milliseconds(of('firstMs', series)),
    milliseconds(of('wholeMs', series)),
    ratio(of('wholeMs', series) / of('wholeMs', direct)),
  ];
  const reason = (text: string | undefined) => (text === undefined ? {} : { reason: text });
  return {
    table: {
      title: 'A miss, read through: beside the origin itself',
      columns: ['', 'first byte', 'whole picture', 'ratio'],
      rows: [
        row('directly from the origin', direct),
        row('GET image?url=, a miss', through),
        row('GET image?url=, a hit', again),
      ],
      notes: [
        `Medians of ${PICTURES} pictures of 330 KB in turn, over kept connections, from the request; ${LATENCY_MS} ms are the origin's latency.`,
      ],
    },
    bars: [
      {
        what: "a miss's first byte after the origin's",
        wanted: '≤ 5 ms',
        measured: milliseconds(later),
        met: later <= 5,
        ...reason(REASONS.first),
      },
      atMost('a whole miss, beside fetching it directly', whole, 1.05, REASONS.whole),
    ],
  };
}

function fetchTimes(url: string, agent: Agent): Promise<Times> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    get(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url}: ${response.statusCode}`));
      let firstMs = NaN;
      response.on('data', () => {
        if (Number.isNaN(firstMs)) firstMs = performance.now() - start;
      });
      response.once('end', () => resolve({ firstMs, wholeMs: performance.now() - start }));
      response.once('error', reject);
    }).once('error', reject);
  });
}
