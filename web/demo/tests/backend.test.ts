import { PutObjectCommand } from '@aws-sdk/client-s3';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tests/support/files.ts';
import { localClient } from '../bucket/s3-client.ts';
import { startS3Server } from '../bucket/s3-server.ts';
import { createBackend, type BackendOptions } from '../server/backend.ts';
import { Catalog } from '../server/catalog.ts';
import { first } from './first.ts';

interface Listing {
  actors: {
    id: string;
    name: string;
    pictures: { name: string; s3_url: string; size_bytes: number }[];
  }[];
}

async function start(keys: string[], more: Partial<BackendOptions> = {}, prefix = '') {
  const s3 = await startS3Server({
    directory: temporaryFolder(),
    buckets: ['training'],
    latencyMs: 0,
  });
  const client = localClient(s3.url);
  for (const Key of keys) {
    await client.send(new PutObjectCommand({ Bucket: 'training', Key, Body: 'bytes' }));
  }
  const backend = createBackend({
    catalog: new Catalog(client, 'training', prefix),
    source: 'drawn',
    bucket: 'training',
    latency: s3.latency,
    ...more,
  });
  const server = createServer((request, response) => void backend(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    client.destroy();
    await s3.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = (path: string, init?: RequestInit) => fetch(url + path, init);
  const list = async () => (await (await call('/actors')).json()) as Listing;
  return { call, list, s3 };
}

const put = (latency_ms: unknown): RequestInit => ({
  method: 'PUT',
  body: JSON.stringify({ latency_ms }),
});

describe('GET /demo/actors', () => {
  it('groups pictures by folder, in counting order, and passes over what is no picture', async () => {
    const { list } = await start([
      '0002/a_10.jpg',
      '0002/a_2.jpg',
      '0001/b.png',
      '0001/notes.txt',
      'loose.webp',
    ]);
    const { actors } = await list();
    expect(actors.map(({ id, pictures }) => [id, pictures.map(({ name }) => name)])).toEqual([
      ['0001', ['b.png']],
      ['0002', ['a_2.jpg', 'a_10.jpg']],
      ['training', ['loose.webp']],
    ]);
  });

  it('presigns each picture so that it can be fetched as it is', async () => {
    const { list } = await start(['0001/a b+é%.jpg']);
    const picture = first(first((await list()).actors).pictures);
    expect(picture.s3_url).toContain('X-Amz-Signature=');
    expect(await (await fetch(picture.s3_url)).text()).toBe('bytes');
    expect(picture.size_bytes).toBe(5);
  });

  it('sees only what lies below the prefix', async () => {
    const { list } = await start(
      ['actors/0001/a.jpg', 'actors/b.jpg', 'others/0009/c.jpg'],
      {},
      'actors/',
    );
    expect((await list()).actors.map(({ id }) => id).sort()).toEqual(['0001', 'actors']);
  });

  it('gives folders with impossible names an id that can be', async () => {
    const { list } = await start(['Zoë Ä/a.jpg']);
    expect((await list()).actors[0]).toMatchObject({ id: 'Zoe-A', name: 'Zoë Ä' });
  });
});

describe('GET /demo/actors/:id', () => {
  it('gives one actor, or 404', async () => {
    const { call } = await start(['0001/a.jpg', '0002/b.jpg']);
    expect(await (await call('/actors/0002')).json()).toMatchObject({
      id: '0002',
      pictures: [{ name: 'b.jpg' }],
    });
    expect((await call('/actors/0003')).status).toBe(404);
  });
});

describe('DELETE /demo/actors/:id/pictures/:name', () => {
  it('deletes exactly that picture', async () => {
    const { call, list } = await start(['0001/a b+é.jpg', '0001/c.jpg']);
    const path = `/actors/0001/pictures/${encodeURIComponent('a b+é.jpg')}`;
    expect((await call(path, { method: 'DELETE' })).status).toBe(200);
    expect(first((await list()).actors).pictures.map(({ name }) => name)).toEqual(['c.jpg']);
    expect((await call(path, { method: 'DELETE' })).status).toBe(404);
  });

  it('does not reach beyond the actor', async () => {
    const { call, list } = await start(['0001/a.jpg', '0002/b.jpg']);
    const path = `/actors/0001/pictures/${encodeURIComponent('../0002/b.jpg')}`;
    expect((await call(path, { method: 'DELETE' })).status).toBe(404);
    expect((await list()).actors).toHaveLength(2);
  });

  it('is refused in words for a real bucket, and changes nothing', async () => {
    const { call, list } = await start(['0001/a.jpg'], { deleteRefusal: 'Not here.' });
    const response = await call('/actors/0001/pictures/a.jpg', { method: 'DELETE' });
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      403,
      'Not here.',
    ]);
    expect(first((await list()).actors).pictures).toHaveLength(1);
  });

  it('is refused to the page of another origin', async () => {
    const { call, list } = await start(['0001/a.jpg']);
    const headers = { Origin: 'https://evil.example' };
    expect((await call('/actors/0001/pictures/a.jpg', { method: 'DELETE', headers })).status).toBe(
      403,
    );
    expect(first((await list()).actors).pictures).toHaveLength(1);
  });
});

describe('/demo/latency', () => {
  it('is read and changed', async () => {
    const { call, s3 } = await start([]);
    expect(await (await call('/latency', put(250))).json()).toMatchObject({ latency_ms: 250 });
    expect(await (await call('/latency')).json()).toMatchObject({ latency_ms: 250 });
    expect(s3.latency.latencyMs).toBe(250);
  });

  it.each([put(-1), put('fast'), put(1e9), { method: 'PUT', body: 'not JSON' }])(
    'refuses %o and keeps what it had',
    async (init) => {
      const { call, s3 } = await start([]);
      expect((await call('/latency', init)).status).toBe(400);
      expect(s3.latency.latencyMs).toBe(0);
    },
  );

  it('refuses a body that is too large', async () => {
    const { call } = await start([]);
    expect((await call('/latency', { method: 'PUT', body: 'x'.repeat(5000) })).status).toBe(413);
  });
});

it('says that the bucket does not answer when it does not', async () => {
  const { call, s3 } = await start([]);
  await s3.close();
  const response = await call('/actors');
  expect(response.status).toBe(502);
  expect(((await response.json()) as { detail: string }).detail).toMatch(/does not answer/);
});
