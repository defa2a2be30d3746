// System calls (strace) and instructions (callgrind) of a running server.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { temporaryFolder } from '../../support/files.ts';
import { within } from '../../support/until.ts';
import { requireProgram, stop } from './process.ts';

/** How often each system call was made by `pids` and their threads while `work` ran. */
export async function countSystemCalls(
  pids: readonly number[],
  work: () => Promise<void>,
): Promise<Map<string, number>> {
  requireProgram('strace');
  const summary = join(temporaryFolder(), 'strace');
  const attach = pids.flatMap((pid) => ['-p', String(pid)]);
  const strace = spawn('strace', ['-c', '-f', '-o', summary, ...attach], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let attached = 0;
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    strace.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      attached = said.split('attached').length - 1;
      if (attached >= pids.length) resolve();
    });
    strace.once('exit', () => reject(new Error(`strace: ${said.trim()}`)));
  });
  await within('strace attaches', ready);
  try {
    await work();
  } finally {
    await stop(strace, 'SIGINT');
  }
  const counts = new Map<string, number>();
  for (const line of (await readFile(summary, 'utf8')).split('\n')) {
    // "% time, seconds, usecs/call, calls, [errors], syscall"
    const [, calls, name] =
      /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$/.exec(line) ?? [];
    if (name !== undefined && name !== 'total') counts.set(name, Number(calls));
  }
  return counts;
}

/** Puts a command under callgrind, which writes its counts to `file` at the end. */
export function callgrind(file: string): string[] {
  requireProgram('valgrind');
  return ['valgrind', '-q', '--tool=callgrind', `--callgrind-out-file=${file}`];
}

/** The instructions that a program executed from its start to its end. */
export async function instructionsIn(file: string): Promise<number> {
  const text = await readFile(file, 'latin1');
  const total = /^(?:totals|summary): (\d+)/m.exec(text)?.[1];
  if (total === undefined) throw new Error('callgrind counted nothing');
  return Number(total);
}
