// What a soak prints, and what it leaves for a spreadsheet.
import type { SoakResult } from './soak.ts';
import type { Sample } from './watcher.ts';

const MIB = 2 ** 20;

const columns: readonly [name: string, show: (sample: Sample) => string][] = [
  ['seconds', ({ seconds }) => seconds.toFixed(1)],
  ['operations', ({ operations }) => String(operations)],
  ['good', ({ goodAnswers }) => String(goodAnswers)],
  ['rss MiB', ({ rssBytes }) => (rssBytes / MIB).toFixed(1)],
  ['heap MiB', ({ anonymousBytes }) => (anonymousBytes / MIB).toFixed(1)],
  ['kept MiB', ({ keptBytes }) => (keptBytes / MIB).toFixed(1)],
  ['fds', ({ descriptors }) => String(descriptors)],
  ['open', ({ openImages }) => String(openImages)],
  ['threads', ({ threads }) => String(threads)],
  ['disk MiB', ({ diskBytes }) => (diskBytes / MIB).toFixed(2)],
  ['clients', ({ connections }) => String(connections)],
  ['entries', ({ entries }) => String(entries)],
];

const WIDTH = 11;

export const TABLE_HEAD = columns.map(([name]) => name.padStart(WIDTH)).join('');

export function line(sample: Sample): string {
  return columns.map(([, show]) => show(sample).padStart(WIDTH)).join('');
}

export function csv(samples: readonly Sample[]): string {
  const rows = samples.map((sample) => columns.map(([, show]) => show(sample)).join(','));
  return [columns.map(([name]) => name).join(','), ...rows, ''].join('\n');
}

export function summary({ tally, judged, isSanitized }: SoakResult): string {
  const { good, bad, broken } = tally.doneOfKind;
  const { medianMs, longestMs } = tally.latency();
  const names = [...tally.done].sort(([, a], [, b]) => b - a);
  return [
    '',
    ...names.map(([name, count]) => `${String(count).padStart(8)}  ${name}`),
    '',
    `${tally.operations} operations: ${good} good, ${bad} bad, ${broken} broken; ${tally.answers} answers right`,
    `${tally.goodAnswers} good requests answered right, in ${medianMs.toFixed(1)} ms (median), ${longestMs.toFixed(0)} ms at most`,
    ...judged.map(({ text, isFlat }) => `${isFlat ? 'flat' : 'NOT FLAT'}  ${text}`),
    ...(isSanitized ? ['memory is not judged: the program has a sanitizer'] : []),
    tally.faults.length === 0 ? 'nothing wrong' : `${tally.faults.length} faults`,
  ].join('\n');
}
