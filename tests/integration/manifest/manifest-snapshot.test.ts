// The manifest in its compact form, read by the module that the page reads it with.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { makeModuleManifest } from '../../support/module-manifest.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';

const manifestTarget = '/api/cache/manifest';
const mediaType = 'application/vnd.image-cache.snapshot';

let s3: S3;
let server: CacheServer;
let urls: string[];

beforeAll(async () => {
  s3 = await S3.start();
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  urls = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => s3.put(`0001/${i}.jpg`, await picture(i))),
  );
  await server.prefetch('0001', urls);
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

const snapshot = (more: Record<string, string> = {}) =>
  server.get(manifestTarget, { accept: mediaType, ...more });

/** Every entry of the manifest is found by the module, and it has no others. */
async function expectSameAsManifest(view: Awaited<ReturnType<typeof makeModuleManifest>>) {
  const manifest = (await server.get(manifestTarget)).json();
  expect(view.handle.epoch()).toBe(manifest.epoch);
  expect(view.handle.serverRevision()).toBe(manifest.revision);
  const entries: { s3_url: string; local_path: string }[] = Object.values(manifest.entries);
  expect(view.handle.totals().entries).toBe(entries.length);
  for (const { s3_url, local_path } of entries) expect(view.lookup(s3_url)).toBe(local_path);
}

describe('GET /api/cache/manifest as a snapshot', () => {
  it('says in a few bytes an entry what the JSON says', async () => {
    const answer = await snapshot({ 'accept-encoding': 'br, gzip' });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(mediaType);
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.headers.vary).toMatch(/\baccept\b(?!-)/i);
    const view = await makeModuleManifest();
    expect(view.loadSnapshot(answer.body)).toBe(20);
    await expectSameAsManifest(view);
  });

  it.each([
    [mediaType, mediaType],
    [`${mediaType}, application/json`, mediaType],
    [`${mediaType}, */*;q=0.5`, mediaType],
    [`${mediaType};q=0.8, application/json;q=0.5`, mediaType],
    [`${mediaType};q=0.5, application/json`, 'application/json'],
    [`${mediaType};q=0, */*`, 'application/json'],
    ['application/json, */*;q=0.1', 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['text/html', 'application/json'],
  ])('is given for Accept: %s as %s', async (accept, type) => {
    const answer = await server.get(manifestTarget, { accept });
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers.vary).toMatch(/\baccept\b(?!-)/i);
  });

  it('is of all actors only: one actor is told as JSON, and changes are', async () => {
    for (const query of ['actor_id=0001', 'since=0']) {
      const answer = await server.get(`${manifestTarget}?${query}`, { accept: mediaType });
      expect(answer.headers['content-type'], query).toBe('application/json');
    }
  });

  it('has a tag of its own, which answers 304 and no body', async () => {
    const { headers } = await snapshot();
    const etag = headers.etag ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(etag).not.toBe((await server.get(manifestTarget)).headers.etag);
    const again = await snapshot({ 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(again.headers.etag).toBe(etag);
    expect(again.body).toHaveLength(0);
    const json = await server.get(manifestTarget, { 'if-none-match': etag });
    expect(json.status).toBe(200);
    expectProblem(await snapshot({ 'if-match': '"other"' }), 412, 'precondition-failed');
    expect((await snapshot({ 'if-match': etag })).status).toBe(200);
  });

  it('has the same headers and no body for HEAD', async () => {
    const get = await snapshot();
    const head = await server.send(manifestTarget, {
      method: 'HEAD',
      headers: { accept: mediaType },
    });
    expect(head.status).toBe(200);
    expect(head.body).toHaveLength(0);
    for (const name of ['etag', 'content-type', 'content-length'] as const) {
      expect(head.headers[name], name).toBe(get.headers[name]);
    }
  });

  it('is brought to what the manifest says by the changes since, while they happen', async () => {
    const view = await makeModuleManifest();
    expect(view.loadSnapshot((await snapshot()).body)).toBeGreaterThan(0);
    const more = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => s3.put(`0002/${i}.jpg`, await picture(100 + i))),
    );
    let isDone = false;
    const work = (async () => {
      for (let round = 0; round < 3; ++round) {
        await server.prefetch('0002', more);
        await server.post('/api/cache/invalidate', { s3_url: more[0] });
        await server.post('/api/cache/clear/0002');
      }
      await server.prefetch('0002', more);
      await server.post('/api/cache/invalidate', { s3_url: more[1] });
    })().finally(() => (isDone = true));
    let applied = 0;
    for (let isLast = false; !isLast;) {
      isLast = isDone;
      const revision = view.handle.serverRevision();
      const { text } = await server.get(`${manifestTarget}?since=${revision}`);
      const touched = view.applyChanges(text);
      expect(touched, text).toBeGreaterThanOrEqual(0);
      applied += touched;
      // A snapshot of that moment is as good a start as any.
      const fresh = await makeModuleManifest();
      expect(fresh.loadSnapshot((await snapshot()).body)).toBeGreaterThan(0);
      expect(fresh.handle.serverRevision()).toBeGreaterThanOrEqual(view.handle.serverRevision());
    }
    await work;
    expect(applied).toBeGreaterThan(100);
    await expectSameAsManifest(view);
    expect(view.lookup(more[1] ?? '')).toBeNull();
  });
});

it('counts what it makes', async () => {
  const metric = async (name: string) => {
    const text = (await server.get('/metrics')).text;
    return Number(new RegExp(`^image_cache_${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  const { body } = await snapshot();
  expect(await metric('snapshot_bytes')).toBe(body.length);
  const made = await metric('snapshots_total');
  await snapshot();
  expect(await metric('snapshots_total')).toBe(made);
  expect(await metric('snapshots_from_index_total')).toBe(1);
});
