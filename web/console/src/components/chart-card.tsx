// One chart with its words: the newest values above it, and the same points as a table.
import { useId, useState } from 'react';

import { moment } from '../state/format.ts';
import type { Point } from '../state/samples.ts';
import type { Theme } from '../state/use-theme.ts';
import { Plot } from './plot.tsx';

export interface Line {
  name: string;
  /** The name of the colour's custom property. */
  colour: string;
  of: (point: Point) => number | null;
}

interface ChartCardProps {
  title: string;
  lines: readonly Line[];
  points: readonly Point[];
  resolutionS: number;
  format: (value: number) => string;
  /** The upper end of the axis; without it, what the values need. */
  top: number | undefined;
  note: string | undefined;
  /** Before there are points; and while there are, but none with a value. */
  emptyWords: string;
  unknownWords: string;
  theme: Theme;
}

/** A line needs two. */
const MIN_POINTS = 2;
const MAX_ROWS = 100;

export function ChartCard(props: ChartCardProps) {
  const { title, lines, points, resolutionS, format, note, emptyWords, unknownWords } = props;
  const [isTable, setIsTable] = useState(false);
  const [pointed, setPointed] = useState<number>();
  const titleId = useId();
  const isUnknown = points.every((point) => lines.every((line) => line.of(point) === null));
  const shown = (pointed === undefined ? undefined : points[pointed]) ?? points.at(-1);
  const say = (value: number | null | undefined): string => (value == null ? '–' : format(value));

  return (
    <article className="card chart" aria-labelledby={titleId}>
      <div className="chart-head">
        <h3 id={titleId}>{title}</h3>
        <button
          type="button"
          className="button button-small"
          aria-pressed={isTable}
          aria-label={`${title} as a table`}
          onClick={() => setIsTable(!isTable)}
        >
          Table
        </button>
      </div>
      <ul className="legend">
        {lines.map((line) => (
          <li key={line.name}>
            <i className={`swatch swatch${line.colour}`} aria-hidden="true" />
            <span className={line.name === title ? 'visually-hidden' : ''}>{line.name}</span>{' '}
            <strong>{shown === undefined ? '–' : say(line.of(shown))}</strong>
          </li>
        ))}
        {note !== undefined && <li className="subtle">{note}</li>}
        {pointed !== undefined && shown !== undefined && (
          <li className="subtle chart-when">{moment(shown.at, resolutionS)}</li>
        )}
      </ul>
      {points.length < MIN_POINTS ? (
        <p className="chart-empty">{emptyWords}</p>
      ) : isTable ? (
        <div
          className="scroll chart-table"
          role="region"
          tabIndex={0}
          aria-label={`Table of ${title}`}
        >
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                {lines.map((line) => (
                  <th key={line.name} scope="col" className="number">
                    {line.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points
                .slice(-MAX_ROWS)
                .reverse()
                .map((point) => (
                  <tr key={point.at}>
                    <th scope="row">{moment(point.at, resolutionS)}</th>
                    {lines.map((line) => (
                      <td key={line.name} className="number">
                        {say(line.of(point))}
                      </td>
                    ))}
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div className="plot-place">
          <Plot {...props} onPoint={setPointed} />
          {isUnknown && (
            <p className="chart-unknown">
              <span>{unknownWords}</span>
            </p>
          )}
        </div>
      )}
    </article>
  );
}
