// GET manifest of a large cache: what the answer costs, whole and when nothing has changed.
import { megabytes, milliseconds, type Result } from '../report.ts';
import { cpuSeconds, forgetPeak, peakResidentBytes, residentBytes } from '../tools/process.ts';
import { median } from '../tools/statistics.ts';
import { drain, startOn, stopSlowly, type GeneratedCache } from './generated-cache.ts';

const target = '/api/cache/manifest';
const ASKED_AGAIN = 20;

interface Answer {
  bytes: number;
  seconds: number;
  moreBytes: number;
  notModifiedMs: number;
  notModifiedCpuMs: number;
}

export async function manifestAnswers(caches: readonly GeneratedCache[]): Promise<Result> {
  const answers: Answer[] = [];
  for (const cache of caches) answers.push(await measure(cache));
  const largest = answers.at(-1)!;
  const among = `${caches.at(-1)!.entries.toLocaleString('en')} entries`;
  return {
    table: {
      title: 'GET /api/cache/manifest',
      columns: [
        'entries',
        'answer',
        'time',
        'per second',
        'more memory',
        '304',
        'its processor time',
      ],
      rows: answers.map((one, i) => [
        caches[i]!.entries.toLocaleString('en'),
        megabytes(one.bytes),
        milliseconds(one.seconds * 1000),
        megabytes(one.bytes / one.seconds),
        megabytes(one.moreBytes),
        milliseconds(one.notModifiedMs),
        milliseconds(one.notModifiedCpuMs),
      ]),
      notes: [
        'The first answer of a server, not compressed, read as fast as it comes. More memory: the peak of what is resident while it is',
        `sent, over what was before. 304: the same again with If-None-Match, the median of ${ASKED_AGAIN}, and the mean of the server’s processor time.`,
      ],
    },
    bars: [
      {
        what: `${among}: GET manifest, more memory`,
        wanted: '< 64 MB',
        measured: megabytes(largest.moreBytes),
        met: largest.moreBytes < 64e6,
      },
      {
        what: `${among}: GET manifest, a 304`,
        wanted: '< 2 ms',
        measured: milliseconds(largest.notModifiedMs),
        met: largest.notModifiedMs < 2,
      },
    ],
  };
}

async function measure(cache: GeneratedCache): Promise<Answer> {
  const server = await startOn(cache);
  try {
    await server.get('/readyz');
    const before = await residentBytes(server.pid);
    await forgetPeak(server.pid);
    const startedAt = performance.now();
    const { status, bytes, etag } = await drain(server, target);
    const seconds = (performance.now() - startedAt) / 1000;
    if (status !== 200) throw new Error(`the manifest was answered ${status}`);
    const moreBytes = (await peakResidentBytes(server.pid)) - before;
    const times: number[] = [];
    const cpuBefore = await cpuSeconds([server.pid]);
    for (let i = 0; i < ASKED_AGAIN; i += 1) {
      const askedAt = performance.now();
      const again = await drain(server, target, { 'if-none-match': etag });
      times.push(performance.now() - askedAt);
      if (again.status !== 304) throw new Error(`asked again, it was answered ${again.status}`);
    }
    const cpu = (await cpuSeconds([server.pid])) - cpuBefore;
    return {
      bytes,
      seconds,
      moreBytes: Math.max(0, moreBytes),
      notModifiedMs: median(times),
      notModifiedCpuMs: (cpu * 1000) / ASKED_AGAIN,
    };
  } finally {
    await stopSlowly(server);
  }
}
