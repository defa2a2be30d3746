import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { parsePrometheus } from '../../support/prometheus.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';

let origin: ScriptedOrigin;
let server: CacheServer;
const bodies: Buffer[] = [];

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  server = await CacheServer.start({ args: ['--origin', origin.url, '--max-size', '5MiB'] });
  for (const seed of [1, 2, 3]) bodies.push(await picture(seed));
});
afterAll(async () => {
  await server.stop();
  await origin.stop();
});

const length = (i: number): number => bodies[i]?.length ?? NaN;
const body = (i: number): Buffer => bodies[i] ?? Buffer.alloc(0);

describe('GET /api/cache/stats', () => {
  it('of an empty cache is all zero', async () => {
    const stats = await server.stats();
    expect(stats).toMatchObject({
      total_entries: 0,
      total_size_bytes: 0,
      total_size_mb: 0,
      max_size_bytes: 5 * 1024 * 1024,
      hits: 0,
      misses: 0,
      hit_ratio: 0,
      not_modified: 0,
      bytes_served: 0,
      bytes_saved: 0,
      downloads: 0,
      failed_downloads: 0,
      bytes_downloaded: 0,
      time_saved_ms: 0,
      evictions: 0,
      evicted_bytes: 0,
      coalesced: 0,
      downloads_running: 0,
      downloads_waiting: 0,
      store: 'healthy',
      actors: [],
    });
    expect(stats.uptime_ms).toBeGreaterThan(0);
    expect(stats.uptime_ms).toBeLessThan(60_000);
  });

  it('counts what was downloaded, served, asked for in vain and not modified', async () => {
    const before = await server.stats();
    const report = await server.prefetch('0002', [
      origin.on('/a.jpg', answer(200, body(0))),
      origin.on('/b.jpg', answer(200, body(1))),
      origin.on('/missing.jpg', answer(404, 'none')),
    ]);
    await server.prefetch('0001', [origin.on('/c.jpg', answer(200, body(2)))]);
    const target = imageTarget(report.results[0]?.local_path ?? '');
    const { etag = '' } = (await server.get(target)).headers;
    await server.get(target, { range: 'bytes=0-9' });
    await server.get(target, { 'if-none-match': etag });
    await server.get(imageTarget('.image-cache/images/0001/0001_0123456789abcdef.jpg'));

    const total = length(0) + length(1) + length(2);
    const stats = await server.stats();
    expect(stats).toMatchObject({
      total_entries: 3,
      total_size_bytes: total,
      hits: 3,
      misses: 1,
      hit_ratio: 0.75,
      not_modified: 1,
      bytes_served: length(0) + 10,
      bytes_saved: length(0) + 10,
      failed_downloads: 1,
      bytes_downloaded: expect.any(Number),
      actors: [
        { actor_id: '0001', entries: 1, size_bytes: length(2) },
        { actor_id: '0002', entries: 2, size_bytes: length(0) + length(1) },
      ],
    });
    expect(stats.downloads).toBe(3);
    expect(stats.bytes_downloaded).toBeGreaterThanOrEqual(total);
    expect(stats.total_size_mb).toBeCloseTo(total / 1024 / 1024, 2);
    expect(stats.revision).toBeGreaterThan(before.revision);
  });
});

describe('GET /metrics', () => {
  it('is Prometheus text that tells the same as the statistics', async () => {
    const response = await server.get('/metrics');
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4\b/);
    const families = parsePrometheus(response.text);
    expect(families.size).toBeGreaterThan(5);
    const stats = await server.stats();
    const values = [...families.values()].flatMap((family) =>
      family.samples.map((sample) => sample.value),
    );
    expect(values).toContain(stats.total_size_bytes);
    expect(values).toContain(stats.total_entries);
    for (const name of families.keys()) expect(name).toMatch(/^(image_cache|process)_/);
  });

  it('never has a label for a URL, a path or an actor', async () => {
    const { text } = await server.get('/metrics');
    expect(text).not.toContain('.jpg');
    expect(text).not.toMatch(/\{[^}]*0001/); // a time may have these digits
  });
});

describe.each(['/healthz', '/readyz'])('GET %s', (target) => {
  it('says that the server is well', async () => {
    expect((await server.get(target)).status).toBe(200);
    expect((await server.send(target, { method: 'HEAD' })).status).toBe(200);
  });
});
