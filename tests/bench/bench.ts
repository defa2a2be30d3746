// What a section of the benchmarks is, and what it works with.
import { formatTable, notMeasured, type Result } from './report.ts';

/** A group of tables with a name of its own: `make bench SECTIONS="serving fetching"`. */
export interface Section {
  name: string;
  measure(bench: Bench): Promise<void>;
}

export class Bench {
  readonly results: Result[] = [];
  /** For whatever a section leaves on the disk; removed at the end. */
  readonly workDir: string;

  constructor(workDir: string) {
    this.workDir = workDir;
  }

  /** Measures one part and prints its table. A part that fails, for want of a tool perhaps, says so in
   *  its place, and the others go on. */
  async part(what: string, measure: () => Promise<Result>): Promise<void> {
    let result: Result;
    try {
      result = await measure();
    } catch (error) {
      const lines = error instanceof Error ? error.message.split('\n') : [String(error)];
      result = notMeasured(what, lines[0] ?? '');
      console.error(error);
    }
    this.results.push(result);
    console.log(`${formatTable(result.table)}\n`);
  }
}
