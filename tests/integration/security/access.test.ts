// Who may ask: the Host, the Origin of a browser's page, and the token.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { S3 } from '../../support/s3.ts';

let s3: S3;
let server: CacheServer;
let path: string;

beforeAll(async () => {
  s3 = await S3.start();
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  path = await server.cache('0001', await s3.put('0001/a.jpg', await picture(1)));
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

const port = (): string => new URL(server.origin).port;
const manifest = '/api/cache/manifest';

describe('the Host of a request', () => {
  it.each([
    () => `127.0.0.1:${port()}`,
    () => `localhost:${port()}`,
    () => `LocalHost:${port()}`,
    () => `[::1]:${port()}`,
    () => 'localhost',
    () => 'localhost:8443', // a forwarded port
  ])('is allowed (%#)', async (host) => {
    expect((await server.get(manifest, { host: host() })).status, host()).toBe(200);
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    'evil.example:80',
    '127.0.0.1.nip.io',
    '169.254.169.254',
    'localhost.', // the same machine, but nobody's usual spelling
    '[0:0:0:0:0:0:0:1]',
    '127.1',
    '2130706433',
    '0.0.0.0',
  ])('is refused when it is "%s": another name may be rebound to this address', async (host) => {
    for (const target of [manifest, imageTarget(path), '/api/cache/stats', '/metrics']) {
      const answer = await server.get(target, { host });
      expectProblem(answer, 421, 'host-not-allowed');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it.each([
    'a@localhost',
    'localhost:80@evil.example',
    'localhost:evil.example',
    'localhost, evil.example',
    '[::1',
    '%6cocalhost',
  ])('is no request when it is no host: "%s"', async (host) => {
    for (const target of [manifest, imageTarget(path), '/api/cache/stats', '/metrics']) {
      const answer = await server.get(target, { host });
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

it('lets the pages of allowed origins see the timing of pictures', async () => {
  const url = await s3.put('0001/timing.jpg', await picture(9));
  const byUrl = `/api/cache/image?url=${encodeURIComponent(url)}`;
  // By its path, missed by its URL, and found by its URL. The default is the page of a Vite project.
  for (const target of [imageTarget(path), byUrl, byUrl]) {
    const { headers } = await server.get(target);
    expect(headers['timing-allow-origin'], target).toBe('http://localhost:5173');
  }
  await server.post('/api/cache/invalidate', { s3_url: url });
});

describe('the host of a request', () => {
  const ask = async (head: string) => {
    const connection = await RawConnection.open(server.origin);
    connection.write(head);
    const { status } = await connection.read();
    connection.destroy();
    return status;
  };

  it.each([
    [
      'the authority of an absolute target',
      'GET http://evil.example/metrics HTTP/1.1\r\nHost: evil.example',
      421,
    ],
    ['not two', 'GET http://localhost/metrics HTTP/1.1\r\nHost: evil.example', 400],
    ['never empty', 'GET http:///metrics HTTP/1.1\r\nHost: localhost', 400],
    ['not an empty Host', 'GET /metrics HTTP/1.1\r\nHost:', 400],
    ['not an empty Host of HTTP/1.0', 'GET /metrics HTTP/1.0\r\nHost:', 400],
    ['judged in HTTP/1.0', 'GET /metrics HTTP/1.0\r\nHost: evil.example', 421],
    ['not needed by a program of HTTP/1.0, since no browser is one', 'GET /metrics HTTP/1.0', 200],
    [
      'judged before an upgrade',
      'GET http://evil.example/api/cache/events HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\nConnection: upgrade',
      421,
    ],
  ])('is %s', async (_, head, status) => {
    expect(await ask(`${head}\r\n\r\n`)).toBe(status);
  });

  it('is judged again with every request of a connection, a kept picture included', async () => {
    const connection = await RawConnection.open(server.origin);
    for (const [host, status] of [
      ['localhost', 200],
      ['evil.example', 421],
      ['localhost', 200],
    ] as const) {
      connection.write(`GET ${imageTarget(path)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      expect((await connection.read()).status).toBe(status);
    }
    connection.destroy();
  });
});

describe('--allowed-host', () => {
  it('names the hosts that are answered, on any port', async () => {
    const named = await CacheServer.start({ args: ['--allowed-host', 'cache.studio.example'] });
    for (const host of ['cache.studio.example', 'CACHE.studio.example:8443']) {
      expect((await named.get(manifest, { host })).status).toBe(200);
    }
    const other = await named.get(manifest, { host: 'cache.studio.example.evil.example' });
    expectProblem(other, 421, 'host-not-allowed');
    expect(await named.stop()).toBe(0);
  });
});

const foreign = [
  'http://evil.example',
  'https://localhost:5173',
  'http://localhost:5174',
  'null',
  'http://localhost:5173.evil.example',
];

describe('the Origin of a page', () => {
  const allowed = [
    () => 'http://localhost:5173',
    () => server.origin,
    () => `http://localhost:${port()}`,
  ];

  it.each(allowed)('that is allowed may read and change (%#)', async (make) => {
    const origin = make();
    const host = new URL(origin).port === '5173' ? {} : { host: new URL(origin).host };
    for (const answer of [
      await server.get(manifest, { origin, ...host }),
      await server.get(imageTarget(path), { origin, ...host }),
      await server.post('/api/cache/clear/nobody', undefined, { origin, ...host }),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
      expect(answer.headers.vary).toMatch(/\borigin\b/i);
    }
  });

  it.each(foreign)('"%s" may change nothing', async (origin) => {
    const posts: [string, unknown][] = [
      ['/api/cache/clear-all', undefined],
      ['/api/cache/clear/0001', undefined],
      ['/api/cache/invalidate', { s3_url: s3.url('0001/a.jpg') }],
      ['/api/cache/prefetch', { actor_id: '0002', images: [{ s3_url: s3.url('0001/a.jpg') }] }],
    ];
    for (const [target, body] of posts) {
      const answer = await server.post(target, body, { origin });
      expectProblem(answer, 403, 'cross-origin-refused');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect(Object.keys((await server.manifest()).entries)).toHaveLength(1);
  });

  it.each(foreign)('"%s" is given no leave to read', async (origin) => {
    const answer = await server.get(manifest, { origin });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is named in Vary even when there is none, so that no cache mixes the answers up', async () => {
    expect((await server.get(manifest)).headers.vary).toMatch(/\borigin\b/i);
  });

  it('is needed by browsers only', async () => {
    expect((await server.post('/api/cache/clear/nobody')).status).toBe(200);
  });
});

describe('a preflight', () => {
  const preflight = (origin: string, target = '/api/cache/prefetch') =>
    server.send(target, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });

  it('is answered for an allowed page', async () => {
    const answer = await preflight('http://localhost:5173');
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe('http://localhost:5173');
    const methods = (answer.headers['access-control-allow-methods'] ?? '').split(/, */);
    expect(methods).toEqual(expect.arrayContaining(['GET', 'HEAD', 'POST']));
    const headers = (answer.headers['access-control-allow-headers'] ?? '')
      .toLowerCase()
      .split(/, */);
    expect(headers).toEqual(
      expect.arrayContaining(['content-type', 'authorization', 'if-none-match']),
    );
    expect(answer.headers.vary).toMatch(/\borigin\b/i);
  });

  it.each(foreign)('gives "%s" no leave', async (origin) => {
    const answer = await preflight(origin);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('lets an allowed page see the ETag and Cache-Status', async () => {
    const answer = await server.get(imageTarget(path), { origin: 'http://localhost:5173' });
    const exposed = (answer.headers['access-control-expose-headers'] ?? '')
      .toLowerCase()
      .split(/, */);
    expect(exposed).toEqual(expect.arrayContaining(['etag', 'cache-status']));
  });
});

describe('--allowed-origin', () => {
  it('replaces the default', async () => {
    const other = await CacheServer.start({
      args: ['--allowed-origin', 'https://app.studio.example'],
    });
    const clear = (origin: string) => other.post('/api/cache/clear-all', undefined, { origin });
    expect((await clear('https://app.studio.example')).status).toBe(200);
    expectProblem(await clear('http://evil.example'), 403, 'cross-origin-refused');
    expect(await other.stop()).toBe(0);
  });
});

describe('--token-file', () => {
  const token = 'correct-horse-battery-staple';
  let guarded: CacheServer;

  beforeAll(async () => {
    const file = join(temporaryFolder(), 'token');
    await writeFile(file, `${token}\n`, { mode: 0o600 });
    guarded = await CacheServer.start({
      args: ['--s3-endpoint', s3.endpoint, '--token-file', file],
    });
  });
  afterAll(() => guarded.stop());

  const change = (headers: Record<string, string> = {}) =>
    guarded.post('/api/cache/clear-all', undefined, headers);

  it.each<[string, Record<string, string>]>([
    ['without a token', {}],
    ['with another token', { authorization: 'Bearer wrong' }],
    ['with the beginning of the token', { authorization: `Bearer ${token.slice(0, -1)}` }],
    ['with more than the token', { authorization: `Bearer ${token}x` }],
    ['with another scheme', { authorization: `Basic ${token}` }],
    ['with an empty token', { authorization: 'Bearer ' }],
  ])('refuses a change %s', async (_, headers) => {
    const answer = await change(headers);
    expectProblem(answer, 401, 'unauthorized');
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer\b/);
    expect(answer.text).not.toContain(token);
  });

  it('lets a change with the token pass, whatever the case of "Bearer"', async () => {
    expect((await change({ authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await change({ authorization: `bearer ${token}` })).status).toBe(200);
  });

  it('asks nobody who only reads', async () => {
    expect((await guarded.get(manifest)).status).toBe(200);
    expect((await guarded.get('/api/cache/stats')).status).toBe(200);
  });
});
