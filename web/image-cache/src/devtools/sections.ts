// The parts of the panel, each made anew from a view. Nothing in them can have the focus, so nobody loses it.
import { h } from './dom.js';
import { bytes, milliseconds, nameOf, percent } from './format.js';
import type { PictureRow } from './picture-log.js';
import type { View } from './view.js';

/** The newest; more make every update slow and are read by nobody. */
const MAX_PICTURES = 200;

const STATES: Record<PictureRow['state'], string> = {
  memory: 'memory',
  disk: 'browser',
  server: 'cache server',
  network: 'S3',
  waiting: 'waiting',
  failed: 'failed',
};

const HOLDS: Record<View['queue'][number]['hold'], string> = {
  none: 'is being fetched',
  turn: 'waits for its turn',
  retry: 'failed, is tried again',
  paused: 'prefetching is paused',
  offline: 'no network',
  'data-saver': 'the browser saves data: only what is visible',
  hidden: 'nobody looks at the page',
};

export function figures({ totals, stats, progress, pictures }: View): HTMLElement {
  const local = pictures.filter(({ isLocal }) => isLocal).length;
  const waiting = waitingIn(progress);
  const rate =
    progress.bytesPerSecond > 0 && waiting > 0 ? `${bytes(progress.bytesPerSecond)}/s` : '';
  const left =
    progress.msLeft === null || waiting === 0 ? '' : `${milliseconds(progress.msLeft)} left`;
  return h(
    'dl',
    {},
    figure('Cached', String(totals.entries), bytes(totals.size_bytes)),
    figure('On this page', `${local} of ${pictures.length}`, 'from the cache'),
    figure(
      'Hit ratio',
      stats === undefined ? '–' : percent(stats.hit_ratio),
      stats === undefined ? 'no answer' : `${stats.hits} of ${stats.hits + stats.misses}`,
    ),
    figure('Queued', String(waiting), [rate, left].filter(Boolean).join(', ') || 'pictures'),
  );
}

const waitingIn = ({ imagesTotal, imagesCompleted, imagesFailed }: View['progress']): number =>
  imagesTotal - imagesCompleted - imagesFailed;

const figure = (name: string, value: string, more: string): HTMLElement =>
  h('div', {}, h('dt', {}, name), h('dd', {}, value, h('small', {}, more)));

export function queue({ queue: actors, progress }: View): HTMLElement {
  if (actors.length === 0) {
    const isElsewhere = waitingIn(progress) > 0;
    return h('p', {}, isElsewhere ? 'Another tab prefetches for all.' : 'Nothing waits.');
  }
  const rows = actors.map(({ actorId, priority, imagesLeft, hold, hasVisible, retryInMs }) => {
    const why = [HOLDS[hold] + (hold === 'retry' ? ` in ${milliseconds(retryInMs)}` : '')];
    if (hasVisible) why.push('visible first');
    return row(actorId, priority, why.join('; '), number(String(imagesLeft)));
  });
  return table(['Actor', 'Priority', 'Why'], 'Left', rows);
}

export function pictures({ pictures: all }: View): HTMLElement[] {
  if (all.length === 0) return [h('p', {}, 'No CachedImage is on the page.')];
  const rows = all.slice(0, MAX_PICTURES).map((picture) => {
    const { s3Url, state, durationMs, transferredBytes } = picture;
    return row(
      h('td', { title: s3Url }, nameOf(s3Url)),
      h('td', { class: state }, STATES[state]),
      number(transferredBytes === undefined ? '–' : bytes(transferredBytes)),
      number(durationMs === undefined ? '–' : milliseconds(durationMs)),
    );
  });
  const list = table(['Picture', 'From', 'Transferred'], 'Took', rows, 2);
  const more = all.length - rows.length;
  return more > 0 ? [list, h('p', {}, `and ${more} more`)] : [list];
}

const number = (text: string): HTMLElement => h('td', { class: 'number' }, text);

const row = (...cells: (HTMLElement | string)[]): HTMLElement =>
  h('tr', {}, ...cells.map((cell) => (typeof cell === 'string' ? h('td', {}, cell) : cell)));

/** The columns from `numbersFrom` on are numbers, the last one always. */
function table(
  columns: string[],
  last: string,
  rows: HTMLElement[],
  numbersFrom = columns.length,
): HTMLElement {
  const heads = [...columns, last].map((name, i) =>
    h('th', { scope: 'col', ...(i >= numbersFrom && { class: 'number' }) }, name),
  );
  return h('table', {}, h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...rows));
}
