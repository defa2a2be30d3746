// What changed since a revision: what a page that follows the manifest asks when it has no socket.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { rm } from 'node:fs/promises';
import { brotliDecompressSync } from 'node:zlib';

import { CacheServer } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';

const manifestTarget = '/api/cache/manifest';

let s3: S3;
let server: CacheServer;

beforeAll(async () => {
  s3 = await S3.start();
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  await server.prefetch('0001', [await s3.put('0001/0.jpg', await picture(0))]);
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

const manifest = async (of = server) => (await of.get(manifestTarget)).json();
const since = async (revision: number, more = '', of = server) =>
  (await of.get(`${manifestTarget}?since=${revision}${more}`)).json();

async function startOwn(cacheDir?: string): Promise<CacheServer> {
  const own = await CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint],
    ...(cacheDir === undefined ? {} : { cacheDir }),
  });
  onTestFinished(async () => {
    await own.stop();
  });
  return own;
}
const startAgain = (stopped: CacheServer) => startOwn(stopped.cacheDir);

describe('GET /api/cache/manifest?since=', () => {
  it('tells of nothing when nothing has changed', async () => {
    const { epoch, revision } = await manifest();
    const answer = await server.get(`${manifestTarget}?since=${revision}&epoch=${epoch}`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json\b/);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toEqual({ epoch, since: revision, revision, changes: [] });
  });

  it('tells what came, what replaced what, and what went, in order', async () => {
    const before = await manifest();
    const url = await s3.put('0007/a.jpg', await picture(1));
    const [came] = (await server.prefetch('0007', [url])).results;
    await s3.put('0007/a.jpg', await picture(2));
    await server.post('/api/cache/revalidate', { actor_id: '0007' });
    const replaced = (await manifest()).entries[url];
    await server.post('/api/cache/invalidate', { s3_url: url });
    await server.prefetch('0007', [url]);
    await server.post('/api/cache/clear/0007');
    const { changes, revision } = await since(before.revision);
    expect(changes).toEqual([
      { put: [{ s3_url: url, local_path: came?.local_path, size_bytes: came?.size_bytes }] },
      {
        put: [
          {
            s3_url: url,
            local_path: replaced.local_path,
            size_bytes: replaced.size_bytes,
            replaces: came?.local_path,
          },
        ],
      },
      { removed: [{ s3_url: url, local_path: replaced.local_path }] },
      { put: [expect.objectContaining({ s3_url: url })] },
      { removed_actor: '0007' },
    ]);
    expect(revision).toBe((await manifest()).revision);
  });

  it('tells of everything that went in one change', async () => {
    const other = await startOwn();
    const urls = await Promise.all(
      Array.from({ length: 10 }, async (_, i) => s3.put(`0008/${i}.jpg`, await picture(200 + i))),
    );
    await other.prefetch('0008', urls);
    const before = await manifest(other);
    await other.post('/api/cache/clear-all');
    expect((await since(before.revision, '', other)).changes).toEqual([{ removed_all: true }]);
  });

  it('needs less than 300 bytes for one entry', async () => {
    const { revision } = await manifest();
    const url = await s3.put('0009/european_16_male_000000000000000.jpg', await picture(3));
    await server.prefetch('0009', [url]);
    const answer = await server.get(`${manifestTarget}?since=${revision}`);
    expect(answer.json().changes).toHaveLength(1);
    expect(answer.body.length).toBeLessThan(300);
  });

  it('is compressed for who accepts that', async () => {
    const { revision } = await manifest();
    const urls = await Promise.all(
      Array.from({ length: 5 }, async (_, i) => s3.put(`0010/${i}.jpg`, await picture(300 + i))),
    );
    await server.prefetch('0010', urls);
    const target = `${manifestTarget}?since=${revision}`;
    const plain = await server.get(target);
    const encoded = await server.get(target, { 'accept-encoding': 'br' });
    expect(encoded.headers['content-encoding']).toBe('br');
    expect(encoded.headers.vary).toMatch(/\baccept-encoding\b/i);
    expect(encoded.body.length).toBeLessThan(plain.body.length / 2);
    expect(brotliDecompressSync(encoded.body).toString()).toBe(plain.text);
  });

  it.each([
    ['a revision that is still to come', (now: number) => now + 1_000, ''],
    ['another epoch', (now: number) => now, '&epoch=0123456789abcdef'],
  ])('asks for a whole manifest after %s', async (_, revisionFrom, more) => {
    const { epoch, revision } = await manifest();
    const asked = revisionFrom(revision);
    expect(await since(asked, more)).toEqual({ epoch, since: asked, revision, full: true });
  });

  it.each(['', 'x', '-1', '1.5', '1e3', '+1', '%201', '9007199254740992', '9'.repeat(40)])(
    'refuses the revision "%s"',
    async (revision) => {
      expectProblem(
        await server.get(`${manifestTarget}?since=${revision}`),
        400,
        'invalid-revision',
      );
    },
  );

  it.each(['since=1&since=2', 'since=1&actor_id=0001', 'since=1&epoch=%zz'])(
    'refuses %s',
    async (query) => {
      expectProblem(await server.get(`${manifestTarget}?${query}`), 400, 'invalid-request');
    },
  );
});

describe('a server that starts again', () => {
  it('has the same epoch after a clean stop, and forgot what had changed', async () => {
    const own = await startOwn();
    await own.prefetch('0001', [await s3.put('0001/0.jpg', await picture(0))]);
    const { epoch, revision } = await manifest(own);
    await own.stop();
    const next = await startAgain(own);
    const again = await since(revision, `&epoch=${epoch}`, next);
    expect(again).toEqual({ epoch, since: revision, revision, changes: [] });
    expect(await since(revision - 1, `&epoch=${epoch}`, next)).toMatchObject({ full: true });
  });

  it('has another epoch after it was killed', async () => {
    const own = await startOwn();
    await own.prefetch('0001', [await s3.put('0001/0.jpg', await picture(0))]);
    const { epoch, revision } = await manifest(own);
    await own.kill();
    const next = await startAgain(own);
    const again = await since(revision, `&epoch=${epoch}`, next);
    expect(again.full).toBe(true);
    expect(again.epoch).not.toBe(epoch);
    expect(again.epoch).toBe((await manifest(next)).epoch);
  });
});

it('tells of a cache folder that was removed, at once', async () => {
  const own = await startOwn();
  await own.prefetch('0001', [await s3.put('0001/0.jpg', await picture(0))]);
  const before = await manifest(own);
  await rm(own.cacheDir, { recursive: true, force: true, maxRetries: 10 });
  const { epoch, changes } = await since(before.revision, `&epoch=${before.epoch}`, own);
  expect(epoch).toBe(before.epoch);
  expect(changes).toEqual([{ removed_all: true }]);
});
