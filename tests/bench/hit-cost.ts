// The cost of a hit in the server, beside nginx with the same files: wrk, 64 connections, one thread each.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import sharp from 'sharp';

import { CacheServer, imageTarget } from '../support/cache-server.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';
import { answer } from '../support/scripts.ts';
import { grainyPictures } from './grainy-pictures.ts';
import { startNginx } from './nginx.ts';
import { ratio, type Section } from './report.ts';
import { median } from './statistics.ts';

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 64;

interface Load {
  requestsPerSecond: number;
  p99Ms: number;
}

interface Comparison {
  what: string;
  cache: Load;
  nginx: Load;
  /** Requests per second of ours by theirs: the median of the rounds' ratios. */
  speed: number;
}

export async function hitCost(pageDir: string, workDir: string): Promise<Section> {
  const origin = await ScriptedOrigin.start();
  const cache = await CacheServer.start({
    cacheDir: join(workDir, 'hits'),
    args: ['--threads', '1', '--origin', origin.url],
  });
  const nginx = await startNginx(
    join(workDir, 'nginx-hits'),
    pageDir,
    join(cache.cacheDir, 'images'),
    1,
  );
  try {
    const rows: Comparison[] = [];
    for (const [name, bytes] of await pictures()) {
      const url = origin.on(`/${bytes.length}.jpg`, answer(200, bytes));
      const localPath = await cache.cache('hits', url);
      const targets = {
        cache: cache.origin + imageTarget(localPath),
        nginx: `${nginx.url}/images/${localPath.replace('.image-cache/images/', '')}`,
      };
      const { etag } = (await cache.get(imageTarget(localPath))).headers;
      rows.push(await compare(`${name}: 200`, targets, {}));
      if (name === '8 KB') {
        const nginxEtag = (await fetch(targets.nginx)).headers.get('etag') ?? '';
        rows.push(await compare('304', targets, { cache: etag ?? '', nginx: nginxEtag }));
      }
    }
    return {
      table: {
        title: 'A hit in the server, beside nginx: one thread against one worker',
        columns: ['', 'Image Cache req/s', 'nginx req/s', 'ratio', 'p99 Image Cache', 'p99 nginx'],
        rows: rows.map(({ what, cache: ours, nginx: theirs, speed }) => [
          what,
          Math.round(ours.requestsPerSecond),
          Math.round(theirs.requestsPerSecond),
          ratio(speed),
          `${ours.p99Ms.toFixed(2)} ms`,
          `${theirs.p99Ms.toFixed(2)} ms`,
        ]),
        notes: [
          `wrk, ${CONNECTIONS} connections, ${SECONDS} s, medians of ${ROUNDS} rounds in turn; ratios are medians of the rounds' ratios.`,
          'A download of the same picture, which a hit replaces, took as long as its origin does: see the visits above.',
        ],
      },
      bars: [],
    };
  } finally {
    await nginx.close();
    await origin.stop();
    await cache.stop();
  }
}

async function pictures(): Promise<[string, Buffer][]> {
  const found: [string, Buffer][] = [];
  for await (const { bytes } of grainyPictures(1)) {
    found.push(
      ['8 KB', await sharp(bytes).resize(160).jpeg({ quality: 84 }).toBuffer()],
      ['330 KB', bytes],
    );
  }
  return found;
}

async function compare(
  what: string,
  targets: { cache: string; nginx: string },
  etags: { cache?: string; nginx?: string },
): Promise<Comparison> {
  const rounds: { cache: Load; nginx: Load }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({
      cache: await load(targets.cache, etags.cache),
      nginx: await load(targets.nginx, etags.nginx),
    });
  }
  const summary = (peer: 'cache' | 'nginx'): Load => ({
    requestsPerSecond: median(rounds.map((round) => round[peer].requestsPerSecond)),
    p99Ms: median(rounds.map((round) => round[peer].p99Ms)),
  });
  return {
    what,
    cache: summary('cache'),
    nginx: summary('nginx'),
    speed: median(
      rounds.map((round) => round.cache.requestsPerSecond / round.nginx.requestsPerSecond),
    ),
  };
}

async function load(url: string, etag?: string): Promise<Load> {
  const conditional = etag === undefined ? [] : ['-H', `If-None-Match: ${etag}`];
  const { stdout } = await promisify(execFile)('wrk', [
    '-t1',
    `-c${CONNECTIONS}`,
    `-d${SECONDS}s`,
    '--latency',
    ...conditional,
    url,
  ]);
  if (/Non-2xx/.test(stdout) && etag === undefined)
    throw new Error(`wrk was refused at ${url}:\n${stdout}`);
  const requestsPerSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
  const p99Ms = Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit as 'us' | 'ms' | 's'];
  return { requestsPerSecond, p99Ms };
}
