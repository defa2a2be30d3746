// What a benchmark leaves: tables for people and the same rows as JSON.

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
  /** Undefined: it could not be measured; `measured` says why. */
  met: boolean | undefined;
  /** Where it is known why a bar is missed. Shown only then. */
  reason?: string;
}

/** One part of a section: a table, and the bars that its figures are held to. */
export interface Result {
  table: Table;
  bars: Bar[];
}

export function milliseconds(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

export function ratio(value: number): string {
  return `${value.toFixed(2)}×`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Held to at least `limit` times the peer. */
export function atLeast(what: string, measured: number, limit: number, reason?: string): Bar {
  const bar = { what, wanted: `≥ ${ratio(limit)}`, measured: ratio(measured) };
  return withReason({ ...bar, met: measured >= limit }, reason);
}

/** Held to at most `limit` times the peer. */
export function atMost(what: string, measured: number, limit: number, reason?: string): Bar {
  const bar = { what, wanted: `≤ ${ratio(limit)}`, measured: ratio(measured) };
  return withReason({ ...bar, met: measured <= limit }, reason);
}

export function withReason(bar: Bar, reason: string | undefined): Bar {
  return reason === undefined ? bar : { ...bar, reason };
}

/** In the place of a part that could not be measured. */
export function notMeasured(what: string, why: string): Result {
  return {
    table: { title: what, columns: ['', ''], rows: [['not measured', why]], notes: [] },
    bars: [{ what, wanted: 'measured', measured: why, met: undefined }],
  };
}

export function formatTable({ title, notes, columns, rows }: Table): string {
  const cells = [columns, ...rows.map((row) => row.map(String))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)));
  const line = (row: string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [head, ...body] = cells;
  const lines = [`## ${title}`, '', line(head!), rule, ...body.map(line)];
  return (notes.length > 0 ? [...lines, '', ...notes] : lines).join('\n');
}

export function formatBars(bars: readonly Bar[]): string {
  const missed = bars.filter((bar) => bar.met === false && bar.reason !== undefined);
  return formatTable({
    title: 'Bars',
    columns: ['bar', 'wanted', 'measured', ''],
    rows: bars.map((bar) => [bar.what, bar.wanted, bar.measured, verdict(bar)]),
    notes: missed.map((bar) => `- Missed: ${bar.what}. ${bar.reason}`),
  });
}

function verdict({ met }: Bar): string {
  if (met === undefined) return 'not measured';
  return met ? 'met' : 'missed';
}
