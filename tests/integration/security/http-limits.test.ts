// The HTTP layer, byte by byte.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblemBody } from '../../support/problems.ts';
import { RawConnection, type RawAnswer } from '../../support/raw-connection.ts';
import { S3 } from '../../support/s3.ts';
import { within } from '../../support/until.ts';

let s3: S3;
let server: CacheServer;
let bytes: Buffer;
let target: string;

beforeAll(async () => {
  s3 = await S3.start();
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
  bytes = await picture(1);
  target = imageTarget(await server.cache('0001', await s3.put('0001/a.jpg', bytes)));
});
afterAll(async () => {
  // Whatever was sent above, the server is well.
  expect((await server.get('/healthz')).status).toBe(200);
  expect(await server.stop()).toBe(0);
  await s3.stop();
});

const get = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;

async function exchange(request: string | Buffer): Promise<RawAnswer> {
  const connection = await RawConnection.open(server.origin);
  connection.write(request);
  const answer = await connection.read();
  connection.destroy();
  return answer;
}

describe('a limit', () => {
  it('of 8 KiB for the URL', async () => {
    const answer = await exchange(get(`/api/cache/exists?path=${'a'.repeat(9 * 1024)}`));
    expect(answer.status).toBe(414);
    expectProblemBody(answer.body, 414, 'url-too-long');
  });

  it('of 16 KiB for the head', async () => {
    const answer = await exchange(get('/api/cache/stats', `X-Long: ${'a'.repeat(17 * 1024)}\r\n`));
    expect(answer.status).toBe(431);
    expectProblemBody(answer.body, 431, 'head-too-large');
  });

  it('of 16 KiB for the head, in many small headers', async () => {
    const answer = await exchange(get('/api/cache/stats', 'X-A: b\r\n'.repeat(3000)));
    expect(answer.status).toBe(431);
    expectProblemBody(answer.body, 431, 'head-too-large');
  });

  it('that is not reached', async () => {
    const headers = `X-Long: ${'a'.repeat(12 * 1024)}\r\n`;
    expect((await exchange(get('/api/cache/stats', headers))).status).toBe(200);
  });

  it.each([8 * 1024 * 1024 + 1, Number.MAX_SAFE_INTEGER])(
    'of 8 MiB for the body, told before it is sent (%i bytes)',
    async (length) => {
      const head =
        'POST /api/cache/prefetch HTTP/1.1\r\nHost: localhost\r\n' +
        `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
      const answer = await exchange(head);
      expect(answer.status).toBe(413);
      expectProblemBody(answer.body, 413, 'body-too-large');
    },
  );

  it('of 8 MiB for a body in chunks', async () => {
    const chunk = `${(1 << 20).toString(16)}\r\n${'x'.repeat(1 << 20)}\r\n`;
    const answer = await exchange(
      'POST /api/cache/prefetch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
        `Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(9)}0\r\n\r\n`,
    );
    expect(answer.status).toBe(413);
    expectProblemBody(answer.body, 413, 'body-too-large');
  });
});

describe('a request that is not HTTP', () => {
  it.each([
    ['noise', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['a version that there is not', 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n'],
    ['no version', 'GET /\r\nHost: localhost\r\n\r\n'],
    ['a header without a colon', get('/healthz', 'Nonsense\r\n')],
    ['a space before the colon', get('/healthz', 'X-A : b\r\n')],
    [
      'a length that is no number',
      'POST /api/cache/clear-all HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n',
    ],
    [
      'a negative length',
      'POST /api/cache/clear-all HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
    ],
    [
      'two lengths',
      'POST /api/cache/clear-all HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    ],
    [
      'a length and chunks',
      'POST /api/cache/clear-all HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['NUL in a header', get('/healthz', 'X-A: a\0b\r\n')],
    ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['two Hosts', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n'],
  ])('(%s) is answered 400 and the connection closed', async (_, request) => {
    const connection = await RawConnection.open(server.origin);
    connection.write(Buffer.from(request, 'latin1'));
    const answer = await connection.read();
    expect([400, 421, 505]).toContain(answer.status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    await within('the connection to close', connection.closed);
  });

  it('because it ends too early is dropped', async () => {
    const connection = await RawConnection.open(server.origin);
    connection.write('GET /api/cache/stats HT');
    connection.destroy();
    expect((await server.get('/healthz')).status).toBe(200);
  });
});

describe('a connection', () => {
  it('is kept for the next request', async () => {
    const connection = await RawConnection.open(server.origin);
    for (let i = 0; i < 3; i += 1) {
      connection.write(get(target));
      expect((await connection.read()).body).toBe(bytes.toString('latin1'));
    }
    connection.destroy();
  });

  it('may carry several requests at once; they are answered in order', async () => {
    const connection = await RawConnection.open(server.origin);
    connection.write(
      get(target) + get('/healthz') + get('/nothing') + get(target, 'Range: bytes=0-9\r\n'),
    );
    expect((await connection.read()).body).toBe(bytes.toString('latin1'));
    expect((await connection.read()).status).toBe(200);
    expect((await connection.read()).status).toBe(404);
    expect((await connection.read()).body).toBe(bytes.toString('latin1').slice(0, 10));
    connection.destroy();
  });

  it('stays in step after HEAD, 304 and a refused request with a body', async () => {
    const connection = await RawConnection.open(server.origin);
    connection.write(`HEAD ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const head = await connection.read({ toHead: true });
    expect(head.headers['content-length']).toBe(String(bytes.length));
    connection.write(get(target, `If-None-Match: ${head.headers['etag']}\r\n`));
    expect((await connection.read()).status).toBe(304);
    connection.write(
      'POST /api/cache/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
    );
    expect((await connection.read()).status).toBe(404);
    connection.write(get('/healthz'));
    expect((await connection.read()).status).toBe(200);
    connection.destroy();
  });

  it('is closed when the client says so, or speaks HTTP/1.0', async () => {
    for (const request of [
      get('/healthz', 'Connection: close\r\n'),
      'GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n',
    ]) {
      const connection = await RawConnection.open(server.origin);
      connection.write(request);
      expect((await connection.read()).status).toBe(200);
      await within('the connection to close', connection.closed);
    }
  });

  it('may send its request one byte at a time', async () => {
    const connection = await RawConnection.open(server.origin);
    for (const byte of get('/healthz')) connection.write(byte);
    expect((await connection.read()).status).toBe(200);
    connection.destroy();
  });

  it('is asked to go on before a body that expects it', async () => {
    const connection = await RawConnection.open(server.origin);
    connection.write(
      'POST /api/cache/invalidate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
        'Content-Length: 2\r\nExpect: 100-continue\r\n\r\n',
    );
    expect((await connection.read()).status).toBe(100);
    connection.write('{}');
    const answer = await connection.read();
    expectProblemBody(answer.body, 400, 'invalid-request');
    connection.destroy();
  });

  it('may be one of hundreds', async () => {
    const connections = await Promise.all(
      Array.from({ length: 300 }, () => RawConnection.open(server.origin)),
    );
    for (const connection of connections) connection.write(get('/healthz'));
    const answers = await Promise.all(connections.map((connection) => connection.read()));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    for (const connection of connections) connection.destroy();
  });
});
