// One line that is rewritten on a terminal; elsewhere, a line now and then.

export interface ProgressLine {
  show(what: string, done: number, total: number): void;
  /** A line of its own, above. */
  note(line: string): void;
  end(): void;
}

const PLAIN_STEPS = 10;

export function progressLine(out: NodeJS.WriteStream): ProgressLine {
  let open = false;
  let lastStep = -1;
  const end = (): void => {
    if (open) out.write('\n');
    open = false;
  };
  return {
    show(what, done, total) {
      const text = `  ${what}: ${done} of ${total}`;
      if (out.isTTY) {
        out.write(`\r${text}\u001b[K`);
        open = true;
        if (done === total) end();
        return;
      }
      const step = Math.floor((done / Math.max(total, 1)) * PLAIN_STEPS);
      if (step !== lastStep) out.write(`${text}\n`);
      lastStep = step;
    },
    note(line) {
      end();
      out.write(`${line}\n`);
    },
    end,
  };
}
