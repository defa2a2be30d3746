// Load by wrk: closed loops over kept connections, for some seconds.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { temporaryFolder } from '../../support/files.ts';
import { cpuSeconds, execute, requireProgram } from './process.ts';

export const CONNECTIONS = 64;

export interface Target {
  /** From the path on. */
  target: string;
  /** Sent as If-None-Match. */
  etag?: string;
}

export interface Load {
  origin: string;
  /** Asked for in turn. */
  targets: readonly Target[];
  seconds: number;
  /** wrk's own; each has its share of the connections. */
  threads: number;
  /** The processes that answer. */
  pids: readonly number[];
}

export interface Measured {
  requests: number;
  requestsPerSecond: number;
  /** Heads included. */
  bytesPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Processor time of the answering processes. */
  cpuMicrosecondsPerRequest: number;
}

const script = join(import.meta.dirname, 'wrk.lua');

export async function load({ origin, targets, seconds, threads, pids }: Load): Promise<Measured> {
  requireProgram('wrk');
  const list = join(temporaryFolder(), 'targets');
  const lines = targets.map(({ target, etag = '' }) => `${target} ${etag}\n`);
  await writeFile(list, lines.join(''));
  const before = await cpuSeconds(pids);
  const args = [`-t${threads}`, `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, origin];
  const { stdout } = await execute('wrk', [...args, '--', list]);
  const cpu = (await cpuSeconds(pids)) - before;
  const summary = JSON.parse(stdout.slice(stdout.lastIndexOf('\n{'))) as {
    requests: number;
    bytes: number;
    seconds: number;
    p50Ms: number;
    p99Ms: number;
    errors: number;
  };
  if (summary.errors > 0) {
    throw new Error(`${summary.errors} of wrk's requests failed at ${origin}${targets[0]?.target}`);
  }
  return {
    ...summary,
    requestsPerSecond: summary.requests / summary.seconds,
    bytesPerSecond: summary.bytes / summary.seconds,
    cpuMicrosecondsPerRequest: (cpu * 1e6) / summary.requests,
  };
}
