// A fault of the person who typed the command, or of what they have not set up yet: one line that
// says what to do. Everything else is a defect and keeps its stack trace.
export class DemoError extends Error {
  readonly exitCode: 1 | 2;

  /** 2: wrong usage, the command has to change. 1: the command is right, something else is not. */
  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}
