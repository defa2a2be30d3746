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
const TIMES_PX = 32;
/** Half of the last time below the chart: it stands in the middle of its mark. */
const RIGHT_PX = 30;

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
        padding: [null, RIGHT_PX, null, null],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false } },
        scales: {
          y: { range: (_, __, max) => [0, top ?? (max > 0 ? 1.1 * max : 1)] },
        },
        axes: [
          {
            ...axis,
            size: TIMES_PX,
            space: 84,
            values: (_, ticks) => ticks.map((at) => tick(1000 * at, resolutionS)),
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

function dataOf(lines: readonly Line[], points: readonly Point[]): uPlot.AlignedData {
  return [
    points.map((point) => point.at / 1000),
    ...lines.map((line) => points.map((point) => line.of(point))),
  ];
}
