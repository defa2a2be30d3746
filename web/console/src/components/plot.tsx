// uPlot on a canvas, in the page's colours and as wide as there is room. For people who see it: the
// card around it says the same in words and as a table.
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

import { tick } from '../state/format.ts';
import type { Point } from '../state/samples.ts';
import type { Theme } from '../state/use-theme.ts';
import type { Line } from './chart-card.tsx';

interface PlotProps {
  lines: readonly Line[];
  points: readonly Point[];
  resolutionS: number;
  format: (value: number) => string;
  top: number | undefined;
  theme: Theme;
  /** The index of the point under the pointer, or nothing. */
  onPoint: (index: number | undefined) => void;
}

const HEIGHT_PX = 190;
const AXIS_PX = 66;
const TIMES_PX = 26;
/** Half of the highest value is above its line. */
const TOP_PX = 10;
/** Half of the last time below the chart: it stands in the middle of its mark. */
const RIGHT_PX = 30;
/** Between the axis and its times, so that the lowest value and the first time stay apart. */
const TIMES_GAP_PX = 8;
/** What an axis of bytes ends at when all is 0: its marks would be parts of a byte. */
const LEAST_TOP = 1000;

export function Plot({ lines, points, resolutionS, format, top, theme, onPoint }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = dataOf(lines, points);
  const newest = useRef(data);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    // The canvas knows no custom properties: a colour is what the browser makes of it here.
    const colourOf = (name: string): string => {
      element.style.color = `var(${name})`;
      return getComputedStyle(element).color;
    };
    const axis = {
      stroke: colourOf('--ink-2'),
      grid: { stroke: colourOf('--line'), width: 1 },
      ticks: { show: false },
      font: `12px ${getComputedStyle(element).fontFamily}`,
    };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        padding: [TOP_PX, RIGHT_PX, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false } },
        scales: {
          y: { range: (_, __, max) => [0, top ?? Math.max(LEAST_TOP, 1.1 * max)] },
        },
        axes: [
          {
            ...axis,
            size: TIMES_PX,
            space: 84,
            gap: TIMES_GAP_PX,
            grid: { ...axis.grid, filter: withinPoints },
            filter: withinPoints,
            values: (_, ticks) =>
              ticks.map((at) => (at == null ? '' : tick(1000 * at, resolutionS))),
          },
          { ...axis, size: AXIS_PX, space: 36, values: (_, ticks) => ticks.map(format) },
        ],
        series: [
          {},
          ...lines.map((line) => ({
            stroke: colourOf(line.colour),
            fill: colourOf(`${line.colour}-soft`),
            width: 2,
            points: { show: false },
            // Where nobody asked there is nothing to tell: what was known before goes on.
            spanGaps: true,
          })),
        ],
        hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
      },
      newest.current,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: HEIGHT_PX }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      onPoint(undefined);
    };
  }, [lines, resolutionS, format, top, theme, onPoint]);

  useEffect(() => {
    newest.current = data;
    plot.current?.setData(data);
  });

  return <div ref={box} className="plot" aria-hidden="true" />;
}

/** A mark may fall just behind the newest point, where its time would be cut. */
const withinPoints: uPlot.Axis.Filter = ({ scales }, ticks) =>
  ticks.map((at) => (at > (scales['x']?.max ?? Infinity) ? null : at));

function dataOf(lines: readonly Line[], points: readonly Point[]): uPlot.AlignedData {
  return [
    points.map((point) => point.at / 1000),
    ...lines.map((line) => points.map((point) => line.of(point))),
  ];
}
