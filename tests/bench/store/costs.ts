// What a lookup, an insert and a removal cost in a large cache beside a small one.
import { atMost, ratio, type Result } from '../report.ts';
import { execute } from '../tools/process.ts';
import { median } from '../tools/statistics.ts';
import { startOn, stopSlowly, tool, type GeneratedCache } from './generated-cache.ts';

const LIMIT = 1.5;
const HTTP_ROUNDS = 300;

interface Costs {
  entries: number;
  lookup_ns: number;
  open_ns: number;
  insert_ns: number;
  removal_ns: number;
  exists_ns: number;
}

const operations: [name: string, cost: keyof Costs, isBar: boolean][] = [
  ['lookup', 'lookup_ns', true],
  ['lookup over HTTP', 'exists_ns', true],
  ['open a random picture', 'open_ns', false],
  ['insert', 'insert_ns', true],
  ['removal', 'removal_ns', true],
];

export async function costs(caches: readonly GeneratedCache[]): Promise<Result> {
  const args = caches.flatMap(({ cacheDir, entries }) => [cacheDir, String(entries)]);
  const { stdout } = await execute(tool('store_costs'), args);
  const inStore = JSON.parse(stdout) as Omit<Costs, 'exists_ns'>[];
  const overHttp = await existsNs(caches);
  const all = inStore.map((one, i): Costs => ({ ...one, exists_ns: overHttp[i]! }));
  const least = all[0]!;
  const most = all.at(-1)!;
  const among = most.entries.toLocaleString('en');
  return {
    table: {
      title: 'An operation in a large cache beside one of 1,000 entries',
      columns: ['entries', ...operations.flatMap(([name]) => [name, '/ 1,000'])],
      rows: all.map((one) => [
        one.entries.toLocaleString('en'),
        ...operations.flatMap(([, cost]) => [
          `${(one[cost] / 1000).toFixed(1)} µs`,
          ratio(one[cost] / least[cost]),
        ]),
      ]),
      notes: [
        'Medians, in turns. Lookups are of random entries, by key in the store and by path over HTTP (GET exists, which opens',
        "the file); an insert is a picture of 300 bytes written, committed and announced; the insert's picture is what is removed.",
        'A lookup among few entries finds them in the processor’s cache, and the files of few pictures in the kernel’s: the',
        'difference of the bare lookup is that of the memory. Nothing is downloaded.',
      ],
    },
    bars: operations
      .filter(([, , isBar]) => isBar)
      .map(([name, cost]) =>
        atMost(`${name} among ${among} entries, beside 1,000`, most[cost] / least[cost], LIMIT),
      ),
  };
}

/** GET exists of random pictures, of all servers in turn. */
async function existsNs(caches: readonly GeneratedCache[]): Promise<number[]> {
  const servers = await Promise.all(caches.map((cache) => startOn(cache)));
  try {
    const targets = await Promise.all(
      servers.map(async (server, i) => {
        const actors = Math.ceil(caches[i]!.entries / 25);
        const asked: string[] = [];
        for (let n = 0; n < 40; n += 1) {
          const actor = String(Math.floor((actors * n) / 40)).padStart(6, '0');
          const answer = await server.get(`/api/cache/manifest?actor_id=${actor}`);
          const { entries } = answer.json() as { entries: Record<string, { local_path: string }> };
          for (const { local_path } of Object.values(entries))
            asked.push(`/api/cache/exists?path=${encodeURIComponent(local_path)}`);
        }
        return asked;
      }),
    );
    const times = servers.map((): number[] => []);
    for (let round = 0; round < HTTP_ROUNDS; round += 1) {
      for (const [i, server] of servers.entries()) {
        const target = targets[i]![(round * 37) % targets[i]!.length]!;
        const startedAt = performance.now();
        const answer = await server.get(target);
        times[i]!.push((performance.now() - startedAt) * 1e6);
        if (answer.text !== '{"exists": true}' && !/"exists":\s*true/.test(answer.text))
          throw new Error(`${target} answered ${answer.text}`);
      }
    }
    return times.map(median);
  } finally {
    await Promise.all(servers.map(stopSlowly));
  }
}
