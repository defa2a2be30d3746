// Other programs: running one to its end, and what a running one costs, as /proc tells it.
import { execFile, execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export const execute = promisify(execFile);

const TICKS_PER_SECOND = 100; // USER_HZ, which Linux fixes for all that it tells programs

/** Throws with a clear word when `program` is not installed. */
export function requireProgram(program: string): void {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
  } catch {
    throw new Error(`${program} is not installed: run scripts/bootstrap bench`);
  }
}

/** The processor time of all threads of all `pids` since they started. */
export async function cpuSeconds(pids: readonly number[]): Promise<number> {
  const ticks = pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold spaces; what follows it is separated by them.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return (await Promise.all(ticks)).reduce((sum, n) => sum + n, 0) / TICKS_PER_SECOND;
}

/** Ends a program that was started here, if it still runs. */
export async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

export async function residentBytes(pid: number): Promise<number> {
  return statusBytes(pid, 'VmRSS');
}

/** The most that `pid` has had resident since `forgetPeak`. */
export async function peakResidentBytes(pid: number): Promise<number> {
  return statusBytes(pid, 'VmHWM');
}

export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}

async function statusBytes(pid: number, field: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'latin1');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
}

export interface Run {
  seconds: number;
  cpuSeconds: number;
  peakBytes: number;
}

/** Runs `command` to its end, which must be a success, and says what it cost (GNU time). */
export async function timed(
  command: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Run> {
  const start = performance.now();
  const { stderr } = await execute('/usr/bin/time', ['-f', '%U %S %M', ...command], {
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = (performance.now() - start) / 1000;
  const [user, system, kilobytes] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds, cpuSeconds: user! + system!, peakBytes: kilobytes! * 1024 };
}
