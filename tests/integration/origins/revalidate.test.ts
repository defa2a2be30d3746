// Asking S3 whether what is cached is still the newest: by listing, or one by one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, inTurn } from '../../support/scripts.ts';

interface Report {
  checked: number;
  unchanged: number;
  updated: number;
  gone: number;
  failed: number;
}

const nothing: Report = { checked: 0, unchanged: 0, updated: 0, gone: 0, failed: 0 };

async function revalidate(server: CacheServer, body?: unknown): Promise<Report> {
  const answered = await server.post('/api/cache/revalidate', body);
  expect(answered.status, answered.text).toBe(200);
  return answered.json() as Report;
}

describe('with a bucket that can be listed', () => {
  let s3: S3;
  let server: CacheServer;
  const urls: string[] = [];

  beforeAll(async () => {
    s3 = await S3.start();
    server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
    for (let i = 0; i < 12; i += 1) {
      urls.push(await s3.put(`0001/größe ${i}.jpg`, await picture(i)));
    }
    await server.prefetch('0001', urls);
    await server.cache('0002', await s3.put('0002/other.jpg', await picture(100)));
  });
  afterAll(async () => {
    await server.stop();
    await s3.stop();
  });

  it('asks for one listing and nothing else when nothing has changed', async () => {
    const before = s3.gets.length;
    expect(await revalidate(server, { actor_id: '0001' })).toEqual({
      ...nothing,
      checked: 12,
      unchanged: 12,
    });
    expect(s3.gets.slice(before)).toEqual([expect.stringContaining('list-type=2')]);
  });

  it('downloads what has changed, under a new name, and drops what is gone', async () => {
    const [changed = '', gone = ''] = urls;
    const paths = (await server.manifest()).entries;
    const bytes = await picture(50);
    await s3.put('0001/größe 0.jpg', bytes);
    await s3.delete('0001/größe 1.jpg');
    const before = s3.gets.length;

    expect(await revalidate(server)).toEqual({
      checked: 13,
      unchanged: 11,
      updated: 1,
      gone: 1,
      failed: 0,
    });
    expect(s3.gets.slice(before).filter((target) => !target.includes('list-type'))).toHaveLength(2);

    const { entries } = await server.manifest();
    const path = entries[changed]?.local_path ?? '';
    expect(path).not.toBe(paths[changed]?.local_path);
    expect((await server.get(imageTarget(path))).body.equals(bytes)).toBe(true);
    expect(entries[changed]?.filename).toBe(paths[changed]?.filename);
    expect((await server.get(imageTarget(paths[changed]?.local_path ?? ''))).status).toBe(404);
    expect(entries[gone]).toBeUndefined();
    expect((await server.get(imageTarget(paths[gone]?.local_path ?? ''))).status).toBe(404);
    expect(await revalidate(server)).toEqual({ ...nothing, checked: 12, unchanged: 12 });
  });

  it('looks at nobody else when an actor is named', async () => {
    const before = s3.gets.length;
    expect(await revalidate(server, { actor_id: 'nobody' })).toEqual(nothing);
    expect(s3.gets.slice(before)).toEqual([]);
  });
});

describe('one by one', () => {
  let origin: ScriptedOrigin;
  const servers: CacheServer[] = [];

  beforeAll(async () => {
    origin = await ScriptedOrigin.start();
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await origin.stop();
  });

  async function serve(...args: string[]): Promise<CacheServer> {
    const server = await CacheServer.start({ args });
    servers.push(server);
    return server;
  }

  /** A picture that is answered with its ETag, and afterwards with `then`. */
  async function versioned(path: string, then: Parameters<typeof inTurn>[0]): Promise<string> {
    return origin.on(
      path,
      inTurn(answer(200, await picture(path.length), { etag: `"${path}"` }), then),
    );
  }

  it('sends the stored ETag to an origin that is no S3', async () => {
    const server = await serve('--origin', origin.url);
    const body = await picture(60);
    await server.prefetch('0001', [
      await versioned('/same.jpg', answer(304, '')),
      await versioned('/changed.jpg', answer(200, body, { etag: '"new"' })),
      await versioned('/gone.jpg', answer(410, 'gone')),
      await versioned('/denied.jpg', answer(403, 'no')),
    ]);
    const before = (await server.manifest()).entries;
    const asked = origin.requests.length;

    expect(await revalidate(server, {})).toEqual({
      checked: 4,
      unchanged: 1,
      updated: 1,
      gone: 1,
      failed: 1,
    });
    const requests = origin.requests.slice(asked);
    expect(requests).toHaveLength(4);
    for (const { target, headers } of requests)
      expect(headers['if-none-match']).toBe(`"${target}"`);

    const { entries } = await server.manifest();
    expect(Object.keys(entries).sort()).toEqual(
      ['/changed.jpg', '/denied.jpg', '/same.jpg'].map((path) => origin.url + path),
    );
    expect(entries[`${origin.url}/denied.jpg`]).toEqual(before[`${origin.url}/denied.jpg`]);
    expect(entries[`${origin.url}/changed.jpg`]?.etag).toBe('"new"');
  });

  it('counts a picture that was sent without an ETag as unchanged, and asks nobody', async () => {
    const server = await serve('--origin', origin.url);
    await server.cache('0001', origin.on('/no-etag.jpg', answer(200, await picture(61))));
    expect(await revalidate(server)).toEqual({ ...nothing, checked: 1, unchanged: 1 });
    expect(origin.requestsFor('/no-etag.jpg')).toBe(1);
  });

  it('is what is left when the bucket may not be listed', async () => {
    const server = await serve('--s3-endpoint', origin.url);
    const count = 12;
    origin.on('/private', answer(403, '<Error><Code>AccessDenied</Code></Error>'));
    const urls = await Promise.all(
      Array.from({ length: count }, (_, i) => versioned(`/private/0001/${i}.jpg`, answer(304, ''))),
    );
    expect((await server.prefetch('0001', urls)).cached).toBe(count);
    expect(await revalidate(server)).toEqual({ ...nothing, checked: count, unchanged: count });
    expect(origin.requestsFor('/private')).toBe(1);
    for (const url of urls) expect(origin.requestsFor(new URL(url).pathname)).toBe(2);
  });

  it('goes on below the folders of a bucket that is too large to list', async () => {
    const server = await serve('--s3-endpoint', origin.url);
    const names = ['a', 'z'].flatMap((folder) =>
      Array.from({ length: 12 }, (_, i) => `${folder}/${String(i).padStart(2, '0')}.jpg`),
    );
    const urls = await Promise.all(
      names.map((name) => versioned(`/large/${name}`, answer(500, 'must not be asked'))),
    );
    await server.prefetch('0001', urls);
    const contents = names.map(
      (name) =>
        `<Contents><Key>${name}</Key><ETag>"/large/${name}"</ETag><Size>1</Size></Contents>`,
    );
    const page = (objects: string[], next: string): string =>
      `<ListBucketResult><IsTruncated>${next !== ''}</IsTruncated><NextContinuationToken>${next}` +
      `</NextContinuationToken>${objects.join('')}</ListBucketResult>`;
    // Three pages of the whole bucket come to no end, and not to "z/".
    const foreign = '<Contents><Key>b</Key><ETag>"b"</ETag><Size>1</Size></Contents>';
    origin.on(
      '/large',
      inTurn(
        answer(200, page(contents.slice(0, 12), 'two')),
        answer(200, page([foreign], 'three')),
        answer(200, page([foreign], 'four')),
        answer(200, page(contents.slice(12), '')),
      ),
    );
    expect(await revalidate(server)).toEqual({ ...nothing, checked: 24, unchanged: 24 });
    const listings = origin.requests
      .filter(({ target }) => target.startsWith('/large?'))
      .map(({ target }) => new URL(target, origin.url).searchParams.get('prefix'));
    expect(listings).toEqual(['', '', '', 'z/']);
  });

  it.each([
    ['{', 400, 'invalid-json'],
    ['[]', 400, 'invalid-request'],
    ['{"actor_id": 1}', 400, 'invalid-request'],
    ['{"actor_id": "../x"}', 400, 'invalid-actor-id'],
    ['{"actor_id": ""}', 400, 'invalid-actor-id'],
  ])('refuses the body %s', async (body, status, slug) => {
    const server = servers[0] ?? (await serve());
    expectProblem(await server.post('/api/cache/revalidate', body), status, slug);
  });
});
