// Requests that are refused as a whole: one problem, and nothing is changed or fetched.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';

let s3: S3;
let server: CacheServer;
let url: string;

beforeAll(async () => {
  s3 = await S3.start();
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  url = await s3.put('0001/a.jpg', await picture(1));
});
afterAll(async () => {
  expect((await server.manifest()).entries).toEqual({});
  expect(s3.gets).toEqual([]);
  await server.stop();
  await s3.stop();
});

const target = '/api/cache/prefetch';

describe('POST /api/cache/prefetch', () => {
  it.each(['', '{', 'nonsense', '{"actor_id": "0001",}', '{"a": "\xff"}', '[[[['.repeat(10_000)])(
    'refuses what is not JSON',
    async (body) => {
      const answer = await server.send(target, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(body, 'latin1'),
      });
      expectProblem(answer, 400, 'invalid-json');
    },
  );

  const image = () => ({ s3_url: url, filename: 'a.jpg' });
  const wrong: [string, string, () => unknown][] = [
    ['an array', 'invalid-request', () => [{ actor_id: '0001', images: [image()] }]],
    ['a string', 'invalid-request', () => '"0001"'],
    ['null', 'invalid-request', () => 'null'],
    ['no actor_id', 'invalid-request', () => ({ images: [image()] })],
    ['a number as actor_id', 'invalid-request', () => ({ actor_id: 1, images: [image()] })],
    ['an empty actor_id', 'invalid-actor-id', () => ({ actor_id: '', images: [image()] })],
    [
      'an actor_id that leads elsewhere',
      'invalid-actor-id',
      () => ({ actor_id: '../x', images: [image()] }),
    ],
    [
      'an actor_id with a dot first',
      'invalid-actor-id',
      () => ({ actor_id: '.x', images: [image()] }),
    ],
    [
      'an actor_id of 65',
      'invalid-actor-id',
      () => ({ actor_id: 'x'.repeat(65), images: [image()] }),
    ],
    ['an actor_id with NUL', 'invalid-actor-id', () => ({ actor_id: 'a\0b', images: [image()] })],
    ['no images', 'invalid-request', () => ({ actor_id: '0001' })],
    ['images as an object', 'invalid-request', () => ({ actor_id: '0001', images: image() })],
    [
      'a picture as a string',
      'invalid-request',
      () => ({ actor_id: '0001', images: [image(), url] }),
    ],
    [
      'a picture without s3_url',
      'invalid-request',
      () => ({ actor_id: '0001', images: [{ filename: 'a' }] }),
    ],
    [
      'an s3_url that is null',
      'invalid-request',
      () => ({ actor_id: '0001', images: [{ s3_url: null }] }),
    ],
    [
      'a filename that is a number',
      'invalid-request',
      () => ({ actor_id: '0001', images: [image(), { s3_url: url, filename: 7 }] }),
    ],
    [
      'an unknown priority',
      'invalid-request',
      () => ({ actor_id: '0001', images: [image()], priority: 'urgent' }),
    ],
    [
      'a priority that is a number',
      'invalid-request',
      () => ({ actor_id: '0001', images: [image()], priority: 1 }),
    ],
    [
      'a wait that is a string',
      'invalid-request',
      () => ({ actor_id: '0001', images: [image()], wait: 'no' }),
    ],
  ];
  it.each(wrong)('refuses %s', async (_, slug, body) => {
    expectProblem(await server.post(target, body()), 400, slug);
  });

  it('names the field that is wrong', async () => {
    const answer = await server.post(target, {
      actor_id: '0001',
      images: [image(), { s3_url: 5 }],
    });
    expect(answer.json().detail).toMatch(/s3_url/);
  });

  it('refuses 10,001 images', async () => {
    const images = Array.from({ length: 10_001 }, (_, i) => ({ s3_url: `${url}?versionId=${i}` }));
    expectProblem(await server.post(target, { actor_id: '0001', images }), 413, 'too-many-images');
  });

  it('refuses a body of more than 8 MiB', async () => {
    const body = JSON.stringify({ actor_id: '0001', images: [], padding: 'x'.repeat(8 << 20) });
    expectProblem(await server.post(target, body), 413, 'body-too-large');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
  ])('refuses the content type %s', async (type) => {
    const answer = await server.post(
      target,
      { actor_id: '0001', images: [image()] },
      { 'content-type': type },
    );
    expectProblem(answer, 415, 'unsupported-media-type');
  });

  it('refuses a body without a content type', async () => {
    const body = JSON.stringify({ actor_id: '0001', images: [image()] });
    expectProblem(
      await server.send(target, { method: 'POST', body }),
      415,
      'unsupported-media-type',
    );
  });

  it('knows its content type with a parameter and in any case', async () => {
    const answer = await server.post(
      target,
      { actor_id: '0001', images: [] },
      { 'content-type': 'Application/JSON; charset=utf-8' },
    );
    expect(answer.status).toBe(200);
  });
});

describe('a picture of a prefetch', () => {
  const wrongUrls = [
    '',
    'not a url',
    '/0001/a.jpg',
    'ftp://127.0.0.1/a.jpg',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://',
    'http://127.0.0.1:99999/a.jpg',
    'http://127.0.0.1/%zz.jpg',
    'http://user:password@127.0.0.1/a.jpg',
    'http://127.0.0.1/a\r\nHost: b.jpg',
    's3://',
    's3://bucket',
    's3:///key',
  ];
  it.each(wrongUrls)('with the URL %j fails alone', async (wrongUrl) => {
    const report = await server.prefetch('0001', [wrongUrl]);
    expect(report).toMatchObject({ requested: 1, failed: 1 });
    expect(report.results[0]).toMatchObject({
      s3_url: wrongUrl,
      status: 'failed',
      error: 'invalid-url',
      retryable: false,
    });
  });

  it('with a URL of more than 8 KiB fails alone', async () => {
    const long = `${url}?x=${'a'.repeat(8 * 1024)}`;
    const report = await server.prefetch('0001', [long]);
    expect(report.results[0]).toMatchObject({ status: 'failed', error: 'invalid-url' });
  });
});

describe('10,000 images', () => {
  it('are accepted in one request', async () => {
    const images = Array.from({ length: 10_000 }, (_, i) => ({
      s3_url: `http://elsewhere.example/${i}.jpg`,
    }));
    const answer = await server.post(target, { actor_id: '0001', images, wait: false });
    expect(answer.status).toBe(202);
    expect(answer.json().rejected).toHaveLength(10_000);
  });
});
