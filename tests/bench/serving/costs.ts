// Where a hit's time goes: system calls and instructions per request, beside nginx and a loop that does nothing else.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { ratio, type Cell, type Result } from '../report.ts';
import { sendRequests } from '../tools/fixed-requests.ts';
import { callgrind, countSystemCalls, instructionsIn } from '../tools/profilers.ts';
import { median } from '../tools/statistics.ts';
import { load, type Measured } from '../tools/wrk.ts';
import { prepareBareLoop } from './bare-loop.ts';
import { startNginx, startOurs, targets, type Contestant } from './contestants.ts';
import type { FilledCache } from './filled-cache.ts';

const ROUNDS = 3;
const SECONDS = 2;
/** Two counts of requests: what they differ by is no start and no end of the program. */
const FEW_REQUESTS = 2000;
const MANY_REQUESTS = 8000;
const CONNECTIONS = 16;

type Start = (wrapper?: string[]) => Promise<Contestant>;

/** Everything about one server and one kind of picture. */
interface Costs {
  name: string;
  requestsPerSecond: number;
  cpuMicroseconds: number;
  systemCalls: Map<string, number>;
  instructions: number;
}

export async function costs(
  cache: FilledCache,
  workDir: string,
  kind: 'small' | 'large',
): Promise<Result> {
  const path = cache[kind][0]!;
  await mkdir(workDir, { recursive: true });
  const setup = (wrapper?: string[]) => ({
    threads: 1,
    ...(wrapper === undefined ? {} : { wrapper }),
  });
  const startBareLoop = await prepareBareLoop(cache, workDir, path);
  const starts: Start[] = [
    (wrapper) => startOurs(cache, setup(wrapper)),
    (wrapper) => startNginx(cache, workDir, setup(wrapper)),
    (wrapper) => startBareLoop(setup(wrapper)),
  ];
  const speeds = await speedsOf(starts, path);
  const all: Costs[] = [];
  for (const [i, start] of starts.entries()) {
    all.push({
      ...speeds[i]!,
      systemCalls: await systemCallsPerRequest(start, path),
      instructions: await instructionsPerRequest(start, path, workDir),
    });
  }
  const bare = all.at(-1)!;
  const size = kind === 'small' ? '8 KB' : '330 KB';
  return {
    table: {
      title: `Where the time of a hit goes: ${size}`,
      columns: [
        '',
        'req/s',
        'of the bare loop',
        'CPU µs/req',
        'system calls/req',
        'instructions/req',
      ],
      rows: all.map((one): Cell[] => [
        one.name,
        Math.round(one.requestsPerSecond),
        ratio(one.requestsPerSecond / bare.requestsPerSecond),
        one.cpuMicroseconds.toFixed(1),
        sum(one.systemCalls).toFixed(2),
        Math.round(one.instructions),
      ]),
      notes: [
        `One thread each; req/s as above, medians of ${ROUNDS} rounds in turn. System calls by strace while wrk runs, instructions (in`,
        `the program, not in the kernel) by callgrind: ${MANY_REQUESTS} requests less ${FEW_REQUESTS}, over ${CONNECTIONS} connections. The bare loop reads`,
        'and sends one prebuilt answer and parses nothing.',
        ...all.map(({ name, systemCalls }) => `- ${name}: ${inWords(systemCalls)}`),
      ],
    },
    bars: [],
  };
}

async function speedsOf(starts: Start[], path: string) {
  const servers: Contestant[] = [];
  try {
    for (const start of starts) servers.push(await start());
    const series = servers.map((): Measured[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [i, server] of servers.entries()) series[i]!.push(await loadOf(server, path));
    }
    return servers.map(({ name }, i) => ({
      name,
      requestsPerSecond: median(series[i]!.map((one) => one.requestsPerSecond)),
      cpuMicroseconds: median(series[i]!.map((one) => one.cpuMicrosecondsPerRequest)),
    }));
  } finally {
    for (const server of servers) await server.close();
  }
}

function loadOf(server: Contestant, path: string): Promise<Measured> {
  const { origin, pids } = server;
  return load({ origin, targets: targets(server, [path]), seconds: SECONDS, threads: 1, pids });
}

async function systemCallsPerRequest(start: Start, path: string): Promise<Map<string, number>> {
  const server = await start();
  try {
    let requests = NaN;
    const calls = await countSystemCalls(server.pids, async () => {
      ({ requests } = await loadOf(server, path));
    });
    return new Map([...calls].map(([name, count]) => [name, count / requests]));
  } finally {
    await server.close();
  }
}

async function instructionsPerRequest(
  start: Start,
  path: string,
  workDir: string,
): Promise<number> {
  const count = async (requests: number): Promise<number> => {
    const file = join(workDir, `callgrind.${requests}`);
    const server = await start(callgrind(file));
    try {
      await sendRequests({
        origin: server.origin,
        target: server.target(path),
        count: requests,
        connections: CONNECTIONS,
      });
    } finally {
      await server.close();
    }
    return instructionsIn(file);
  };
  return (
    ((await count(MANY_REQUESTS)) - (await count(FEW_REQUESTS))) / (MANY_REQUESTS - FEW_REQUESTS)
  );
}

function sum(counts: Map<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

/** The calls that are made at least once in a hundred requests, the most frequent first. */
function inWords(counts: Map<string, number>): string {
  return [...counts]
    .filter(([, count]) => count >= 0.01)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count.toFixed(2)}`)
    .join(', ');
}
