// manifest.json of a large cache while the cache changes all the time: what rewriting it costs, and whom.
import { setTimeout as delay } from 'node:timers/promises';

import { imageTarget, type CacheServer, type Manifest } from '../../support/cache-server.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { milliseconds, ratio, type Result } from '../report.ts';
import { largeAndSmall } from '../tools/pictures.ts';
import { cpuSeconds } from '../tools/process.ts';
import { quantile } from '../tools/statistics.ts';
import { startOn, stopSlowly, type GeneratedCache } from './generated-cache.ts';

const QUIET_SECONDS = 10;
const CHANGING_SECONDS = 30;
const HIT_EVERY_MS = 4;
const CHANGE_EVERY_MS = 200;

interface Measured {
  quietP99Ms: number;
  changingP99Ms: number;
  quietCores: number;
  changingCores: number;
}

/** `small` shows what the changes themselves cost. */
export async function manifestFile(small: GeneratedCache, large: GeneratedCache): Promise<Result> {
  const measured = [await measure(small), await measure(large)] as const;
  const [few, many] = measured;
  const share = many.changingCores - many.quietCores - (few.changingCores - few.quietCores);
  const slower = many.changingP99Ms / many.quietP99Ms;
  const among = `${large.entries.toLocaleString('en')} entries`;
  return {
    table: {
      title: 'manifest.json while the cache changes',
      columns: ['entries', 'hit p99, quiet', 'changing', 'ratio', 'cores, quiet', 'changing'],
      rows: measured.map((one, i) => [
        [small, large][i]!.entries.toLocaleString('en'),
        milliseconds(one.quietP99Ms),
        milliseconds(one.changingP99Ms),
        ratio(one.changingP99Ms / one.quietP99Ms),
        one.quietCores.toFixed(3),
        one.changingCores.toFixed(3),
      ]),
      notes: [
        `A hit every ${HIT_EVERY_MS} ms, for ${QUIET_SECONDS} s; then the same for ${CHANGING_SECONDS} s with a picture fetched or removed every ${CHANGE_EVERY_MS} ms.`,
        'Cores: the processor time of the whole server over the time that passed. What rewriting costs is the difference that the changes',
        'make in the large cache, less the one that they make in the small cache.',
      ],
    },
    bars: [
      {
        what: `${among}: rewriting manifest.json, of one core`,
        wanted: '≤ 5 %',
        measured: `${(share * 100).toFixed(1)} %`,
        met: share <= 0.05,
      },
      {
        what: `${among}: hit p99 while manifest.json is rewritten`,
        wanted: `≤ ${ratio(2)}`,
        measured: ratio(slower),
        met: slower <= 2,
      },
    ],
  };
}

async function measure(cache: GeneratedCache): Promise<Measured> {
  const origin = await ScriptedOrigin.start();
  const { small: picture } = await largeAndSmall();
  const url = origin.on('/changing.jpg', answer(200, picture));
  const server = await startOn(cache, { args: ['--origin', origin.url] });
  try {
    const manifest = await server.get('/api/cache/manifest?actor_id=000000');
    const paths = Object.values((manifest.json() as Manifest).entries).map((one) => one.local_path);
    const quiet = await hits(server, paths, QUIET_SECONDS);
    let isChanging = true;
    const changes = (async () => {
      for (let n = 0; isChanging; n += 1) {
        if (n % 2 === 0) await server.cache('changing', url);
        else await server.post('/api/cache/invalidate', { s3_url: url });
        await delay(CHANGE_EVERY_MS);
      }
      await server.post('/api/cache/invalidate', { s3_url: url });
    })();
    const changing = await hits(server, paths, CHANGING_SECONDS);
    isChanging = false;
    await changes;
    return {
      quietP99Ms: quiet.p99Ms,
      quietCores: quiet.cores,
      changingP99Ms: changing.p99Ms,
      changingCores: changing.cores,
    };
  } finally {
    await stopSlowly(server);
    await origin.stop();
  }
}

async function hits(
  server: CacheServer,
  paths: readonly string[],
  seconds: number,
): Promise<{ p99Ms: number; cores: number }> {
  const times: number[] = [];
  const cpuBefore = await cpuSeconds([server.pid]);
  const startedAt = performance.now();
  while (performance.now() - startedAt < seconds * 1000) {
    const askedAt = performance.now();
    const hit = await server.get(imageTarget(paths[times.length % paths.length]!));
    times.push(performance.now() - askedAt);
    if (hit.status !== 200) throw new Error(`a hit was answered ${hit.status}`);
    await delay(HIT_EVERY_MS);
  }
  const cpu = (await cpuSeconds([server.pid])) - cpuBefore;
  return { p99Ms: quantile(times, 0.99), cores: (cpu * 1000) / (performance.now() - startedAt) };
}
