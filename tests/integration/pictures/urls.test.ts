// One object is one entry, however its URL is written or signed; what is fetched is never altered.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { S3 } from '../../support/s3.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';

let s3: S3;
let origin: ScriptedOrigin;
let server: CacheServer;

beforeAll(async () => {
  s3 = await S3.start();
  origin = await ScriptedOrigin.start();
  server = await CacheServer.start({
    args: ['--s3-endpoint', s3.namedEndpoint, '--origin', origin.url, '--origin', s3.endpoint],
  });
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
  await origin.stop();
});

describe('a key', () => {
  const keys = [
    'with spaces.jpg',
    'with+plus.jpg',
    'é.jpg',
    'e\u0301.jpg',
    '日本/写真.jpg',
    '100%.jpg',
    '100%25.jpg',
    '(1).jpg',
    "it's ~fine!*.jpg",
    'a&b=c;d,e@f:g$h.jpg',
    'question?mark#hash.jpg',
    'back\\slash.jpg',
    'quote"s.jpg',
    'folder/.hidden/a.jpg',
    'no-extension',
    'wrong.txt',
  ];
  it.each(keys)('may be "%s"', async (key) => {
    const bytes = await picture(keys.indexOf(key));
    const url = await s3.put(`names/${key}`, bytes);
    const report = await server.prefetch('names', [url]);
    expect(report.results[0]).toMatchObject({ s3_url: url, status: 'cached' });
    const image = await server.get(imageTarget(report.results[0]?.local_path ?? ''));
    expect(image.body.equals(bytes)).toBe(true);
  });

  it('may be written into the URL without escapes', async () => {
    const bytes = await picture(30);
    const escaped = await s3.put('raw/a b é.jpg', bytes);
    const raw = escaped.replace('a%20b%20%C3%A9.jpg', 'a b é.jpg');
    expect(raw).not.toBe(escaped);
    const report = await server.prefetch('raw', [raw, escaped]);
    expect(report.failed).toBe(0);
    expect(report.results[0]?.local_path).toBe(report.results[1]?.local_path);
  });
});

describe('one entry', () => {
  it('is made by path style, virtual-host style and s3://', async () => {
    await s3.put('styles/a.jpg', await picture(31));
    const named = new URL(s3.namedEndpoint);
    const forms = [
      `${s3.namedEndpoint}/training/styles/a.jpg`,
      `http://training.${named.host}/styles/a.jpg`,
      `HTTP://TRAINING.S3.LOCALHOST:${named.port}/styles/a.jpg`,
      's3://training/styles/a.jpg',
      's3://training/styles/%61.jpg',
      `${s3.namedEndpoint}/training/styles/a.jpg#fragment`,
    ];
    // s3rver, unlike S3, tells the case of a host's letters apart.
    for (const first of forms.filter((form) => !form.startsWith('HTTP:'))) {
      await server.post('/api/cache/clear-all');
      const before = s3.gets.length;
      const report = await server.prefetch('styles', [first, ...forms]);
      expect(report.failed, JSON.stringify(report)).toBe(0);
      expect(s3.gets.length - before, first).toBe(1);
      expect(Object.keys((await server.manifest()).entries)).toEqual([forms[0]]);
    }
  });

  it('is made by presigned URLs of one object, and their signature is not kept', async () => {
    const url = origin.on('/training/presigned.jpg', answer(200, await picture(32)));
    const sign = (day: string, signature: string): string =>
      `${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F${day}%2Fus-east-1%2Fs3%2Faws4_request` +
      `&X-Amz-Date=${day}T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}&x-id=GetObject`;
    const [first, second] = [sign('20261122', 'aa11'), sign('20261123', 'bb22')];
    expect((await server.prefetch('signed', [first])).cached).toBe(1);
    expect((await server.prefetch('signed', [second])).already_cached).toBe(1);
    expect(origin.requestsFor('/training/presigned.jpg')).toBe(1);
    const text = (await server.get('/api/cache/manifest')).text;
    expect(text).toContain(`"${url}"`);
    expect(text).not.toMatch(/X-Amz|aa11|bb22/);
  });

  it('is made for each versionId', async () => {
    const url = origin.on('/training/versions.jpg', answer(200, await picture(33)));
    const report = await server.prefetch('versions', [`${url}?versionId=1`, `${url}?versionId=2`]);
    expect(report.cached).toBe(2);
    expect(origin.requestsFor('/training/versions.jpg')).toBe(2);
  });
});

describe('the URL that is fetched', () => {
  it.each([
    '/exact/a%20b.jpg',
    '/exact/a+b%2Bc.jpg',
    '/exact/%e9%C3%a9.jpg',
    '/exact/%7Etilde~.jpg',
    '/exact//double//slash.jpg',
    '/exact/dots/../a.jpg',
    '/exact/./a.jpg',
    "/exact/(1)!*'.jpg",
    '/exact/q.jpg?b=2&a=1&empty=&X-Amz-Signature=00&c=%20+',
  ])('is the one that was given: %s', async (target) => {
    const url = origin.on(target.split('?')[0] ?? '', answer(200, await picture(34)));
    const report = await server.prefetch('exact', [
      url + (target.includes('?') ? `?${target.split('?')[1]}` : ''),
    ]);
    expect(report.failed, JSON.stringify(report)).toBe(0);
    expect(origin.requests.at(-1)?.target).toBe(target);
    expect(origin.requests.at(-1)?.headers['host']).toBe(new URL(origin.url).host);
  });
});
