// What a benchmark leaves: a table for people and the same rows as JSON.

export type Cell = string | number;

export interface Table {
  title: string;
  /** How it was measured, and what to keep in mind when reading it. */
  notes: string[];
  columns: string[];
  rows: Cell[][];
}

/** A bar that the project has set itself. It is reported, never enforced. */
export interface Bar {
  what: string;
  wanted: string;
  measured: string;
  met: boolean;
}

export interface Section {
  table: Table;
  bars: Bar[];
}

export function milliseconds(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

export function ratio(value: number): string {
  return `${value.toFixed(2)}×`;
}

export function formatTable({ title, notes, columns, rows }: Table): string {
  const cells = [columns, ...rows.map((row) => row.map(String))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)));
  const line = (row: string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [head, ...body] = cells;
  return [`## ${title}`, '', line(head!), rule, ...body.map(line), '', ...notes].join('\n');
}

export function formatBars(bars: readonly Bar[]): string {
  return formatTable({
    title: 'Bars',
    notes: [],
    columns: ['bar', 'wanted', 'measured', ''],
    rows: bars.map((bar) => [bar.what, bar.wanted, bar.measured, bar.met ? 'met' : 'missed']),
  });
}
