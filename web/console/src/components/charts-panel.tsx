// Hit ratio, traffic and disk over time: the last minutes as this page saw them, or what the server
// remembers.
import { useState } from 'react';

import { isMissing, wordsOf } from '../api/client.ts';
import type { Resolution, Stats } from '../api/contract.ts';
import { bytes, percent } from '../state/format.ts';
import { pointsOfHistory, pointsOfSamples, type Point, type Sample } from '../state/samples.ts';
import { useResource } from '../state/use-resource.ts';
import type { Theme } from '../state/use-theme.ts';
import { ChartCard, type Line } from './chart-card.tsx';

type Range = 'live' | Resolution;

const RANGES: readonly [range: Range, words: string][] = [
  ['live', 'Live'],
  ['minute', 'Hour'],
  ['hour', '2 days'],
  ['day', '90 days'],
];
/** Until there are two points to draw a line between. */
const EMPTY_WORDS: Record<Range, string> = {
  live: 'The first points come in a moment.',
  minute: 'Less than two minutes are known yet.',
  hour: 'Less than two hours are known yet.',
  day: 'Less than two days are known yet.',
};
const HISTORY_INTERVAL_MS = 15_000;
const LIVE_RESOLUTION_S = 2;

const rate = (value: number): string => `${bytes(value)}/s`;

const CHARTS: readonly { title: string; format: (value: number) => string; lines: Line[] }[] = [
  {
    title: 'Hit ratio',
    format: percent,
    lines: [{ name: 'Hit ratio', colour: '--chart-1', of: (point: Point) => point.hitRatio }],
  },
  {
    title: 'Traffic',
    format: rate,
    lines: [
      { name: 'Served', colour: '--chart-1', of: (point: Point) => point.servedPerS },
      { name: 'Fetched', colour: '--chart-2', of: (point: Point) => point.originPerS },
    ],
  },
  {
    title: 'Disk',
    format: bytes,
    lines: [{ name: 'Pictures', colour: '--chart-3', of: (point: Point) => point.storedBytes }],
  },
];

interface ChartsPanelProps {
  samples: readonly Sample[];
  limitBytes: number | undefined;
  theme: Theme;
}

export function ChartsPanel({ samples, limitBytes, theme }: ChartsPanelProps) {
  const [range, setRange] = useState<Range>('live');
  const path = range === 'live' ? undefined : `stats?history=${range}`;
  const { data, error } = useResource<Stats>(path, HISTORY_INTERVAL_MS);
  const history = data?.history;
  const points =
    range === 'live'
      ? pointsOfSamples(samples)
      : history === undefined
        ? []
        : pointsOfHistory(history);
  return (
    <section aria-labelledby="charts-title">
      <div className="section-head">
        <h2 id="charts-title">Over time</h2>
        <fieldset className="switch">
          <legend className="visually-hidden">What time is shown</legend>
          {RANGES.map(([value, words]) => (
            <label key={value}>
              <input
                type="radio"
                name="range"
                checked={range === value}
                onChange={() => setRange(value)}
              />
              <span>{words}</span>
            </label>
          ))}
        </fieldset>
      </div>
      {path !== undefined && data !== undefined && history === undefined && (
        <p className="note">This server keeps no history. The live view is there all the same.</p>
      )}
      {error !== undefined && !isMissing(error) && <p className="note">{wordsOf(error)}</p>}
      <div className="charts">
        {CHARTS.map((chart) => (
          <ChartCard
            key={chart.title}
            {...chart}
            points={points}
            resolutionS={range === 'live' ? LIVE_RESOLUTION_S : (history?.resolution_s ?? 60)}
            emptyWords={EMPTY_WORDS[range]}
            unknownWords="Nobody has asked yet."
            top={chart.title === 'Hit ratio' ? 1 : undefined}
            note={
              chart.title === 'Disk' && limitBytes !== undefined
                ? `of ${bytes(limitBytes)}`
                : undefined
            }
            theme={theme}
          />
        ))}
      </div>
    </section>
  );
}
