// Bytes that are no request, or one that may be read in two ways: refused, and the connection closed.
import { RawConnection } from '../../support/raw-connection.ts';
import { within } from '../../support/until.ts';
import type { Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

const post = (fields: string, body: string): string =>
  `POST /api/cache/clear-all HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n${body}`;
const get = (fields: string): string => `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`;

const requests: readonly string[] = [
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
  'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n',
  'GET /\r\nHost: localhost\r\n\r\n',
  'GET /healthz HTTP/1.1\r\n\r\n',
  'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n',
  get('Nonsense\r\n'),
  get('X-A : b\r\n'),
  get('X-A: a\0b\r\n'),
  get(`X-Long: ${'a'.repeat(17 * 1024)}\r\n`),
  get('X-A: b\r\n'.repeat(3000)),
  `GET /api/cache/exists?path=${'a'.repeat(9 * 1024)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  post('Content-Length: x\r\n', ''),
  post('Content-Length: -1\r\n', ''),
  post('Content-Length: 1\r\nContent-Length: 2\r\n', 'ab'),
  post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  post('Content-Type: application/json\r\nContent-Length: 8388609\r\n', ''),
  post('Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n', 'zz\r\nab\r\n0\r\n\r\n'),
];

const REFUSALS = [400, 413, 414, 421, 431, 501, 505];

async function malformed(client: Client): Promise<void> {
  const request = client.random.pick(requests);
  const connection = await RawConnection.open(client.world.server.origin);
  try {
    connection.write(Buffer.from(request, 'latin1'));
    const { status, body } = await connection.read();
    client.judge(JSON.stringify(request.slice(0, 100)), { status, text: body }, REFUSALS);
    await within('the end of a connection that was refused', connection.closed);
    client.count();
  } finally {
    connection.destroy();
  }
}

export const malformedRequests: readonly Traffic[] = [
  { kind: 'bad', name: 'malformed requests', weight: 6, run: malformed },
];
