// Ten thousand browsers that have a connection and ask for nothing: what they cost the others.
import { RawConnection } from '../../support/raw-connection.ts';
import { megabytes, ratio, type Result } from '../report.ts';
import { residentBytes } from '../tools/process.ts';
import { median } from '../tools/statistics.ts';
import { load, type Measured } from '../tools/wrk.ts';
import { startNginx, startOurs, targets, type Contestant } from './contestants.ts';
import type { FilledCache } from './filled-cache.ts';

const IDLE = 10_000;
const OPENING_AT_ONCE = 200;
const ROUNDS = 3;
const SECONDS = 2;

interface Figures {
  name: string;
  aloneRequests: number;
  besideRequests: number;
  bytesBefore: number;
  bytesWithIdle: number;
  bytesAfterLoad: number;
}

export async function idleConnections(cache: FilledCache, workDir: string): Promise<Result> {
  const figures: Figures[] = [];
  for (const start of [
    () => startOurs(cache, { threads: 1 }),
    () => startNginx(cache, workDir, { threads: 1 }),
  ]) {
    const server = await start();
    try {
      figures.push(await measure(server, cache));
    } finally {
      await server.close();
    }
  }
  const ours = figures[0]!;
  const resident = Math.max(ours.bytesWithIdle, ours.bytesAfterLoad);
  const throughput = ours.besideRequests / ours.aloneRequests;
  return {
    table: {
      title: `${IDLE} idle connections`,
      columns: [
        '',
        '8 KB req/s without',
        'with',
        'ratio',
        'resident before',
        'with them',
        'after the load',
      ],
      rows: figures.map((one) => [
        one.name,
        Math.round(one.aloneRequests),
        Math.round(one.besideRequests),
        ratio(one.besideRequests / one.aloneRequests),
        megabytes(one.bytesBefore),
        megabytes(one.bytesWithIdle),
        megabytes(one.bytesAfterLoad),
      ]),
      notes: [
        `One thread each. Every connection has had one answer of 8 KB before it fell idle. Medians of ${ROUNDS} runs of ${SECONDS} s`,
        'before the connections are opened, and of as many while they are open.',
      ],
    },
    bars: [
      {
        what: `${IDLE} idle connections: resident memory`,
        wanted: '< 100 MB',
        measured: megabytes(resident),
        met: resident < 100e6,
      },
      {
        what: `${IDLE} idle connections: throughput beside them`,
        wanted: '≥ 0.90×',
        measured: ratio(throughput),
        met: throughput >= 0.9,
      },
    ],
  };
}

async function measure(server: Contestant, cache: FilledCache): Promise<Figures> {
  const asked = targets(server, cache.small.slice(0, 1));
  const loads = async (): Promise<number> => {
    const series: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { origin, pids } = server;
      series.push(await load({ origin, targets: asked, seconds: SECONDS, threads: 1, pids }));
    }
    return median(series.map((one) => one.requestsPerSecond));
  };
  const resident = async (): Promise<number> => {
    const each = await Promise.all(server.pids.map(residentBytes));
    return each.reduce((sum, bytes) => sum + bytes, 0);
  };
  const aloneRequests = await loads();
  const bytesBefore = await resident();
  const idle = await openIdle(server.origin, asked[0]!.target);
  try {
    const bytesWithIdle = await resident();
    const besideRequests = await loads();
    const bytesAfterLoad = await resident();
    return {
      name: server.name,
      aloneRequests,
      besideRequests,
      bytesBefore,
      bytesWithIdle,
      bytesAfterLoad,
    };
  } finally {
    idle.forEach((connection) => connection.destroy());
  }
}

/** Connections that have each had one whole answer. */
async function openIdle(origin: string, target: string): Promise<RawConnection[]> {
  const request = `GET ${target} HTTP/1.1\r\nHost: ${new URL(origin).host}\r\n\r\n`;
  const connections: RawConnection[] = [];
  const open = async (): Promise<void> => {
    const connection = await RawConnection.open(origin);
    connections.push(connection);
    connection.write(request);
    const { status } = await connection.read();
    if (status !== 200) throw new Error(`connection ${connections.length} was answered ${status}`);
  };
  try {
    while (connections.length < IDLE) {
      await Promise.all(Array.from({ length: OPENING_AT_ONCE }, open));
    }
  } catch (error) {
    connections.forEach((connection) => connection.destroy());
    const reached = `${connections.length} of ${IDLE} connections`;
    throw new Error(`only ${reached} could be opened (see ulimit -n): ${String(error)}`, {
      cause: error,
    });
  }
  return connections;
}
