import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { S3 } from '../../support/s3.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, held } from '../../support/scripts.ts';
import { Gate, until } from '../../support/until.ts';

let s3: S3;
let origin: ScriptedOrigin;
let server: CacheServer;

beforeAll(async () => {
  s3 = await S3.start();
  origin = await ScriptedOrigin.start();
  server = await CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint, '--origin', origin.url],
  });
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
  await origin.stop();
});

describe('POST /api/cache/prefetch', () => {
  it('reports each picture in the order asked for', async () => {
    const [a, b] = [await picture(1), await picture(2)];
    const cachedUrl = await s3.put('0001/a.jpg', a);
    const newUrl = await s3.put('0001/b.jpg', b);
    await server.cache('0001', cachedUrl);
    const report = await server.prefetch('0001', [
      { s3_url: newUrl, filename: 'b.jpg' },
      { s3_url: s3.url('0001/missing.jpg'), filename: 'missing.jpg' },
      { s3_url: cachedUrl, filename: 'a.jpg' },
    ]);
    expect(report).toMatchObject({
      actor_id: '0001',
      requested: 3,
      cached: 1,
      already_cached: 1,
      failed: 1,
      bytes: b.length,
    });
    expect(report.results).toEqual([
      {
        s3_url: newUrl,
        status: 'cached',
        local_path: expect.stringMatching(/^\.image-cache\/images\/0001\/0001_[0-9a-f]{16}\.jpg$/),
        size_bytes: b.length,
      },
      {
        s3_url: s3.url('0001/missing.jpg'),
        status: 'failed',
        error: 'origin-not-found',
        detail: expect.stringMatching(/\S/),
        retryable: false,
      },
      expect.objectContaining({
        s3_url: cachedUrl,
        status: 'already_cached',
        size_bytes: a.length,
      }),
    ]);
  });

  it('downloads nothing for what is cached', async () => {
    const url = await s3.put('0002/a.jpg', await picture(3));
    await server.cache('0002', url);
    const before = s3.gets.length;
    const report = await server.prefetch('0002', [url, url]);
    expect(report).toMatchObject({ requested: 2, cached: 0, already_cached: 2, bytes: 0 });
    expect(s3.gets.length).toBe(before);
  });

  it('downloads a picture that is asked for twice once', async () => {
    const url = origin.on('/twice.jpg', answer(200, await picture(4)));
    const report = await server.prefetch('0003', [url, url]);
    expect(report.failed).toBe(0);
    expect(report.results.map((result) => result.local_path)).toEqual([
      report.results[0]?.local_path,
      report.results[0]?.local_path,
    ]);
    expect(origin.requestsFor('/twice.jpg')).toBe(1);
  });

  it('makes one download for requests that overlap', async () => {
    const gate = new Gate();
    const url = origin.on('/shared.jpg', held(gate, answer(200, await picture(5))));
    const reports = Promise.all(
      ['0004', '0004', '0005'].map((actor) => server.prefetch(actor, [url])),
    );
    await until(
      'the others to join the download',
      async () => (await server.stats()).coalesced === 2,
    );
    gate.open();
    const paths = (await reports).map(({ results }) => results[0]?.local_path);
    expect(new Set(paths).size).toBe(1);
    expect(origin.requestsFor('/shared.jpg')).toBe(1);
  });

  it('with wait: false answers 202 at once and caches afterwards', async () => {
    const gate = new Gate();
    const body = await picture(6);
    const url = origin.on('/later.jpg', held(gate, answer(200, body)));
    const accepted = await server.post('/api/cache/prefetch', {
      actor_id: '0006',
      images: [{ s3_url: url }, { s3_url: 'http://elsewhere.example/x.jpg' }],
      wait: false,
    });
    expect(accepted.status).toBe(202);
    expect(accepted.json()).toEqual({
      job_id: expect.stringMatching(/^[0-9a-f]{16}$/),
      accepted: 1,
      rejected: [
        {
          s3_url: 'http://elsewhere.example/x.jpg',
          status: 'failed',
          error: 'origin-not-allowed',
          detail: expect.stringMatching(/\S/),
          retryable: false,
        },
      ],
    });
    expect((await server.manifest()).entries[url]).toBeUndefined();
    gate.open();
    const entry = await until('the entry', async () => (await server.manifest()).entries[url]);
    const image = await server.get(imageTarget(entry.local_path));
    expect(image.body.equals(body)).toBe(true);
  });

  it.each(['high', 'normal', 'low'])('accepts the priority %s', async (priority) => {
    const url = await s3.put(`0007/${priority}.jpg`, await picture(7));
    const report = await server.prefetch('0007', [url], { priority, wait: true });
    expect(report.cached).toBe(1);
  });

  it('accepts a list of none', async () => {
    expect(await server.prefetch('0008', [])).toEqual({
      actor_id: '0008',
      requested: 0,
      cached: 0,
      already_cached: 0,
      failed: 0,
      bytes: 0,
      results: [],
    });
  });

  it.each([undefined, ''])('takes the name from the URL when filename is %j', async (filename) => {
    const url = await s3.put(`0009/folder/my name ${typeof filename}.jpg`, await picture(8));
    await server.prefetch('0009', [
      filename === undefined ? { s3_url: url } : { s3_url: url, filename },
    ]);
    const entry = (await server.manifest()).entries[url];
    expect(entry?.filename).toBe(`my name ${typeof filename}.jpg`);
  });

  it('keeps the name it was given, whatever is in it', async () => {
    const url = await s3.put('0010/a.jpg', await picture(9));
    const filename = '../../etc/päss"wd\\<b>\u2028.jpg';
    await server.prefetch('0010', [{ s3_url: url, filename }]);
    expect((await server.manifest()).entries[url]?.filename).toBe(filename);
  });

  it('fetches the pictures of one request in parallel, over kept connections', async () => {
    const gate = new Gate();
    const urls = await Promise.all(
      Array.from({ length: 16 }, async (_, i) =>
        origin.on(`/parallel/${i}.jpg`, held(gate, answer(200, await picture(20 + i)))),
      ),
    );
    const more = await Promise.all(
      Array.from({ length: 32 }, async (_, i) =>
        origin.on(`/parallel/more/${i}.jpg`, answer(200, await picture(40 + i))),
      ),
    );
    const before = origin.connections;
    const report = server.prefetch('0011', urls);
    await until('16 requests at once', () => origin.mostAtOnce === 16);
    gate.open();
    expect((await report).cached).toBe(16);
    expect((await server.prefetch('0011', more)).cached).toBe(32);
    expect(origin.connections - before).toBeLessThanOrEqual(16);
  });
});
