// A folder of pictures from far away: ours beside rclone and curl, which only copy.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { binary } from '../../support/binary.ts';
import { CacheServer, cleanEnvironment } from '../../support/cache-server.ts';
import { pictureFiles } from '../../support/files.ts';
import { GALLERY } from '../origin/bucket.ts';
import { BUCKET, LATENCY_MS, type Origin } from '../origin/origin.ts';
import { atLeast, ratio, withReason, type Bar, type Result } from '../report.ts';
import {
  cpuSeconds,
  peakResidentBytes,
  requireProgram,
  timed,
  type Run,
} from '../tools/process.ts';
import { median } from '../tools/statistics.ts';

const ROUNDS = 5;
const PARALLEL = 16;

const FLOOR_REASON =
  'With 16 transfers at once nobody can be faster than the time named below the table, and the peer is near it';
const REASONS: Record<'rclone' | 'curl' | 'cpu', string | undefined> = {
  rclone: FLOOR_REASON,
  curl: FLOOR_REASON,
  cpu: 'curl only copies; hashing is a fifth of our time, and the index and the temporary files cost as much again',
};

interface Fetcher {
  name: string;
  /** Fetches everything into `folder`, from the program's start to its end where it has one. */
  fetch(folder: string): Promise<Run>;
  /** How many pictures it has left in `folder`. */
  count(folder: string): Promise<number>;
}

export async function bulk(origin: Origin, workDir: string): Promise<Result> {
  const all = await fetchers(origin, workDir);
  const series = all.map((): Run[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < all.length; turn += 1) {
      const i = (round + turn) % all.length; // nobody is always first
      series[i]!.push(await run(all[i]!, join(workDir, 'fetched')));
    }
  }
  const gigabytes = (GALLERY * origin.pictureBytes) / 1e9;
  const seconds = series.map((runs) => median(runs.map((one) => one.seconds)));
  const cpu = series.map((runs) => median(runs.map((one) => one.cpuSeconds)) / gigabytes);
  const faster = (i: number) =>
    median(series[0]!.map((one, round) => series[i]![round]!.seconds / one.seconds));
  const floor = (Math.ceil(GALLERY / PARALLEL) * LATENCY_MS) / 1000;
  return {
    table: {
      title: `${GALLERY} pictures of 330 KB from an origin with ${LATENCY_MS} ms of latency`,
      columns: ['', 'time', 'warm is faster by', 'CPU s/GB', 'peak memory'],
      rows: all.map(({ name }, i) => [
        name,
        `${seconds[i]!.toFixed(2)} s`,
        i === 0 ? '' : ratio(faster(i)),
        cpu[i]!.toFixed(2),
        `${(Math.max(...series[i]!.map((one) => one.peakBytes)) / 1e6).toFixed(0)} MB`,
      ]),
      notes: [
        `Medians of ${ROUNDS} runs in turn, each from the start of the program to its end (the request's, for POST), into an empty folder; ${PARALLEL} transfers at`,
        `once, which cannot take less than ${floor.toFixed(2)} s. rclone takes the folder from S3 and is spared its HEAD requests; curl`,
        'is given the URLs. Both only copy; rclone compares the MD5 with the ETag. Ours hashes each file (SHA-256),',
        'looks whether it is a picture, enters it into its index and writes manifest.json.',
      ],
    },
    bars: [
      atLeast(`${GALLERY} pictures, beside rclone --transfers 16`, faster(2), 1.2, REASONS.rclone),
      atLeast(`${GALLERY} pictures, beside curl --parallel-max 16`, faster(3), 1, REASONS.curl),
      ...[2, 3].map((i) => lessCpu(all[i]!.name, cpu[0]!, cpu[i]!)),
    ],
  };
}

function lessCpu(peer: string, ours: number, theirs: number): Bar {
  const bar = {
    what: `processor time a GB, beside ${peer}`,
    wanted: `< ${theirs.toFixed(2)} s`,
    measured: `${ours.toFixed(2)} s`,
    met: ours < theirs,
  };
  return withReason(bar, REASONS.cpu);
}

async function fetchers(origin: Origin, workDir: string): Promise<Fetcher[]> {
  requireProgram('rclone');
  requireProgram('curl');
  const urls = origin.galleryUrls();
  const list = join(workDir, 'list.json');
  const images = urls.map((s3_url) => ({ s3_url }));
  await writeFile(list, JSON.stringify({ actor_id: 'gallery', images }));
  const config = join(workDir, 'curl.conf');
  await writeFile(config, urls.map((url) => `url = "${url}"\n`).join(''));
  const pictures = async (folder: string) => (await pictureFiles(folder)).length;
  const files = async (folder: string) => (await readdir(folder)).length;
  return [
    {
      name: 'image-cache warm',
      fetch: program((folder) => [
        ...[binary, 'warm', list, '--cache-dir', folder, '--origin', origin.url],
        ...['--downloads', String(PARALLEL), '--min-free', '1MiB'],
      ]),
      count: pictures,
    },
    {
      name: 'POST /api/cache/prefetch',
      fetch: (folder) => prefetch(origin, folder),
      count: pictures,
    },
    {
      name: 'rclone copy',
      fetch: program((folder) => [
        ...['rclone', 'copy', `:s3:${BUCKET}/gallery/`, folder, '--config', '/dev/null'],
        ...['--s3-provider', 'Other', '--s3-endpoint', origin.url, '--s3-list-version', '2'],
        ...['--s3-no-head-object', '--use-server-modtime'],
        ...['--transfers', String(PARALLEL), '--checkers', String(PARALLEL), '--retries', '1'],
      ]),
      count: files,
    },
    {
      name: 'curl --parallel',
      fetch: program((folder) => [
        ...['curl', '--silent', '--fail', '--parallel', '--parallel-max', String(PARALLEL)],
        ...['--remote-name-all', '--output-dir', folder, '--config', config],
      ]),
      count: files,
    },
  ];
}

function program(command: (folder: string) => string[]): Fetcher['fetch'] {
  return (folder) => timed(command(folder), cleanEnvironment());
}

/** One order to a server that runs: without the start of a program. */
async function prefetch(origin: Origin, cacheDir: string): Promise<Run> {
  const args = ['--origin', origin.url, '--downloads', String(PARALLEL), '--log-level', 'error'];
  const server = await CacheServer.start({ cacheDir, args });
  try {
    const before = await cpuSeconds([server.pid]);
    const start = performance.now();
    await server.prefetch('gallery', origin.galleryUrls());
    const seconds = (performance.now() - start) / 1000;
    const cpu = (await cpuSeconds([server.pid])) - before;
    return { seconds, cpuSeconds: cpu, peakBytes: await peakResidentBytes(server.pid) };
  } finally {
    await server.stop();
  }
}

async function run(fetcher: Fetcher, folder: string): Promise<Run> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const measured = await fetcher.fetch(folder);
  const count = await fetcher.count(folder);
  if (count !== GALLERY) throw new Error(`${fetcher.name} fetched ${count} of ${GALLERY}`);
  await rm(folder, { recursive: true });
  return measured;
}
