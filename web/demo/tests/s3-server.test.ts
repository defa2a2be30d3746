import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tests/support/files.ts';
import { listObjects } from '../bucket/objects.ts';
import { localClient } from '../bucket/s3-client.ts';
import { startS3Server, type S3ServerOptions } from '../bucket/s3-server.ts';

async function start(options: Partial<S3ServerOptions> = {}) {
  const directory = options.directory ?? temporaryFolder();
  const server = await startS3Server({
    buckets: ['training'],
    latencyMs: 0,
    ...options,
    directory,
  });
  onTestFinished(() => server.close().catch(() => undefined));
  const client = localClient(server.url);
  const put = (key: string, body = 'bytes') =>
    client.send(
      new PutObjectCommand({ Bucket: 'training', Key: key, Body: body, ContentType: 'image/jpeg' }),
    );
  const sign = (key: string) =>
    getSignedUrl(client, new GetObjectCommand({ Bucket: 'training', Key: key }), { expiresIn: 60 });
  return { server, client, put, sign, directory };
}

async function timeGet(url: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(url);
  await response.arrayBuffer();
  expect(response.status).toBe(200);
  return performance.now() - start;
}

describe('startS3Server', () => {
  it('serves what was put, by a presigned URL, with its type and exact bytes', async () => {
    const { put, sign } = await start();
    await put('0001/a name, + é %.jpg', 'exactly this');
    const response = await fetch(await sign('0001/a name, + é %.jpg'));
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(await response.text()).toBe('exactly this');
  });

  it('keeps objects in its folder beyond its own life', async () => {
    const first = await start();
    await first.put('0001/a.jpg', 'kept');
    await first.server.close();
    const second = await start({ directory: first.directory });
    expect(await (await fetch(await second.sign('0001/a.jpg'))).text()).toBe('kept');
  });

  it('lists more objects than fit on one page', async () => {
    const { client, put } = await start();
    const keys = Array.from({ length: 1001 }, (_, i) => `a/${String(i).padStart(4, '0')}.jpg`);
    for (const key of keys) await put(key);
    await put('b/other.jpg');
    expect((await listObjects(client, 'training', 'a/')).map(({ key }) => key)).toEqual(keys);
    expect(await listObjects(client, 'training')).toHaveLength(1002);
    expect(await listObjects(client, 'training', '', 10)).toHaveLength(10);
  });

  it('rejects when its port is taken', async () => {
    const { server } = await start();
    const port = Number(new URL(server.url).port);
    const directory = temporaryFolder();
    await expect(startS3Server({ directory, buckets: [], port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});

describe('ObjectLatency', () => {
  it('holds back the GET of an object and nothing else', async () => {
    const { server, put, sign, client } = await start({ latencyMs: 60_000 });
    // Would time out if it waited.
    await put('0001/a.jpg');
    await fetch(`${server.url}/training`);
    server.latency.setLatencyMs(300);
    expect(await timeGet(await sign('0001/a.jpg'))).toBeGreaterThanOrEqual(295);
    client.destroy();
  });

  it('lets many wait side by side', async () => {
    const { put, sign } = await start({ latencyMs: 400 });
    await put('0001/a.jpg');
    const url = await sign('0001/a.jpg');
    const start_ms = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => timeGet(url)));
    expect(performance.now() - start_ms).toBeLessThan(8 * 400);
  });

  it('can be changed while running, for the GETs that come after', async () => {
    const { server, put, sign } = await start({ latencyMs: 60_000 });
    await put('0001/a.jpg');
    server.latency.setLatencyMs(0);
    await timeGet(await sign('0001/a.jpg'));
    expect(server.latency.latencyMs).toBe(0);
  });

  it.each([-1, Number.NaN, 60_001, Number.POSITIVE_INFINITY])('refuses %s ms', async (value) => {
    const { server } = await start();
    expect(() => server.latency.setLatencyMs(value)).toThrow(RangeError);
    expect(server.latency.latencyMs).toBe(0);
  });

  it('counts the GETs of each object', async () => {
    const { server, put, sign } = await start();
    await put('0001/é.jpg');
    await put('0001/b.jpg');
    await timeGet(await sign('0001/é.jpg'));
    await timeGet(await sign('0001/é.jpg'));
    await timeGet(await sign('0001/b.jpg'));
    expect(server.latency.getCount('training', '0001/é.jpg')).toBe(2);
    expect(server.latency.getCount('training', '0001/b.jpg')).toBe(1);
    expect(server.latency.getCount('training', '0001/none.jpg')).toBe(0);
    expect(server.latency.totalGets).toBe(3);
  });

  it('does not make close() wait for a GET that is being held', async () => {
    const { server, put, sign } = await start({ latencyMs: 60_000 });
    await put('0001/a.jpg');
    const url = await sign('0001/a.jpg');
    const held = fetch(url).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
    await expect.poll(() => server.latency.totalGets).toBe(1);
    await server.close();
    await held.catch(() => undefined);
    await expect(fetch(url)).rejects.toThrow();
  });
});
