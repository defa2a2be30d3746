// Hits beside nginx: as many threads of ours as workers of theirs, wrk in turn on both.
import { atLeast, atMost, ratio, type Bar, type Result } from '../report.ts';
import { median } from '../tools/statistics.ts';
import { CONNECTIONS, load, type Measured, type Target } from '../tools/wrk.ts';
import {
  conditionalTargets,
  startNginx,
  startOurs,
  targets,
  type Contestant,
} from './contestants.ts';
import type { FilledCache } from './filled-cache.ts';

export interface HitOptions {
  cache: FilledCache;
  workDir: string;
  threads: number;
  rounds: number;
  seconds: number;
  /** Also with a hundred pictures in turn, which is only shown. */
  many: boolean;
}

interface Kind {
  what: string;
  /** In how many of nginx's requests per second; without one it is only shown. */
  bar?: number;
  targets(server: Contestant): Promise<Target[]> | Target[];
}

interface Comparison {
  kind: Kind;
  ours: Measured;
  nginx: Measured;
  /** Requests per second of ours by theirs: the median of the rounds' ratios. */
  speed: number;
  /** The 99th percentile of ours by theirs, likewise. */
  wait: number;
}

// What is known of each bar that is missed; shown beside it.
const KERNEL_REASON =
  'Receiving, sending and waking wrk, all of it in the kernel, take nearly all of the time; the bare loop below, which does nothing else, shows how much faster than nginx one can be';
const P99_REASON =
  'It swings from run to run with what else the two cores do, wrk above all, and is as often below as above';
const REASONS: Record<string, string | undefined> = {
  '8 KB: 200 speed': KERNEL_REASON,
  '304 speed': KERNEL_REASON,
  '330 KB: 200 speed':
    'The kernel copies the bytes: nginx, the bare loop and this are within its noise',
  '8 KB: 200 p99': P99_REASON,
  '304 p99': P99_REASON,
  '330 KB: 200 p99': P99_REASON,
};

export async function hits(options: HitOptions): Promise<Result> {
  const { cache, workDir, threads, rounds, seconds } = options;
  const ours = await startOurs(cache, { threads });
  try {
    const nginx = await startNginx(cache, workDir, { threads });
    try {
      const comparisons: Comparison[] = [];
      for (const kind of kinds(options)) {
        comparisons.push(await compare(kind, { ours, nginx }, options));
      }
      const title = `Hits beside nginx: ${threads} ${threads === 1 ? 'thread against one worker' : 'threads against as many workers'}`;
      return {
        table: {
          title,
          columns: [
            '',
            'Image Cache req/s',
            'nginx req/s',
            'ratio',
            'p99 Image Cache',
            'p99 nginx',
            'ratio',
            'CPU µs/req Image Cache',
            'nginx',
          ],
          rows: comparisons.map(row),
          notes: [
            `wrk, ${CONNECTIONS} kept connections, ${threads} of its threads, ${seconds} s; medians of ${rounds} rounds in turn, ratios are medians of`,
            "the rounds' ratios. CPU is user and system time of the serving process. nginx: sendfile, tcp_nopush,",
            'open_file_cache, no access log, the same headers.',
          ],
        },
        bars: comparisons.flatMap((one) => bars(one, threads)),
      };
    } finally {
      await nginx.close();
    }
  } finally {
    await ours.close();
  }
}

function kinds({ cache, many }: HitOptions): Kind[] {
  const { small, large } = cache;
  const one = (paths: string[]) => paths.slice(0, 1);
  const single: Kind[] = [
    { what: '8 KB: 200', bar: 1.3, targets: (server) => targets(server, one(small)) },
    { what: '304', bar: 1.3, targets: (server) => conditionalTargets(server, one(small)) },
    { what: '330 KB: 200', bar: 1, targets: (server) => targets(server, one(large)) },
  ];
  if (!many) return single;
  return [
    ...single,
    { what: `8 KB: 200, ${small.length} pictures`, targets: (server) => targets(server, small) },
    {
      what: `304, ${small.length} pictures`,
      targets: (server) => conditionalTargets(server, small),
    },
    { what: `330 KB: 200, ${large.length} pictures`, targets: (server) => targets(server, large) },
  ];
}

async function compare(
  kind: Kind,
  servers: { ours: Contestant; nginx: Contestant },
  { threads, rounds, seconds }: HitOptions,
): Promise<Comparison> {
  const measure = async (server: Contestant, asked: Target[]): Promise<Measured> =>
    load({ origin: server.origin, targets: asked, seconds, threads, pids: server.pids });
  const asked = {
    ours: await kind.targets(servers.ours),
    nginx: await kind.targets(servers.nginx),
  };
  const series: { ours: Measured; nginx: Measured }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Whoever comes second finds a warmer machine: they take turns at it.
    if (round % 2 === 0) {
      const ours = await measure(servers.ours, asked.ours);
      series.push({ ours, nginx: await measure(servers.nginx, asked.nginx) });
    } else {
      const nginx = await measure(servers.nginx, asked.nginx);
      series.push({ ours: await measure(servers.ours, asked.ours), nginx });
    }
  }
  return {
    kind,
    ours: medians(series.map((round) => round.ours)),
    nginx: medians(series.map((round) => round.nginx)),
    speed: median(
      series.map(({ ours, nginx }) => ours.requestsPerSecond / nginx.requestsPerSecond),
    ),
    wait: median(series.map(({ ours, nginx }) => ours.p99Ms / nginx.p99Ms)),
  };
}

function medians(series: Measured[]): Measured {
  const of = (key: keyof Measured) => median(series.map((one) => one[key]));
  return {
    requests: of('requests'),
    requestsPerSecond: of('requestsPerSecond'),
    bytesPerSecond: of('bytesPerSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuMicrosecondsPerRequest: of('cpuMicrosecondsPerRequest'),
  };
}

function row({ kind, ours, nginx, speed, wait }: Comparison): (string | number)[] {
  return [
    kind.what,
    Math.round(ours.requestsPerSecond),
    Math.round(nginx.requestsPerSecond),
    ratio(speed),
    `${ours.p99Ms.toFixed(2)} ms`,
    `${nginx.p99Ms.toFixed(2)} ms`,
    ratio(wait),
    ours.cpuMicrosecondsPerRequest.toFixed(1),
    nginx.cpuMicrosecondsPerRequest.toFixed(1),
  ];
}

function bars({ kind, speed, wait }: Comparison, threads: number): Bar[] {
  if (kind.bar === undefined) return [];
  const what = `${kind.what}, ${threads} against ${threads}`;
  const unit = kind.what.startsWith('330') ? 'bytes' : 'requests';
  return [
    atLeast(`${what}: ${unit} per second`, speed, kind.bar, REASONS[`${kind.what} speed`]),
    atMost(`${what}: p99`, wait, 1, REASONS[`${kind.what} p99`]),
  ];
}
