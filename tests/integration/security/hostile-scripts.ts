// What only an origin that means harm would send.
import { once } from 'node:events';
import type { Socket } from 'node:net';

import type { Script } from '../../support/scripts.ts';

/** Exactly these bytes, and the end of the connection. */
export function raw(head: string, body: () => Buffer = () => Buffer.alloc(0)): Script {
  return (socket) => {
    socket.write(Buffer.from(head, 'utf8'));
    socket.end(body());
  };
}

const KILOBYTE = Buffer.alloc(1024, 'x');

const endless: Record<string, { begin: (bytes: Buffer) => Buffer; more: Buffer }> = {
  chunks: {
    begin: (bytes) =>
      Buffer.concat([
        Buffer.from(
          `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${bytes.length.toString(16)}\r\n`,
        ),
        bytes,
        Buffer.from('\r\n'),
      ]),
    more: Buffer.concat([Buffer.from('400\r\n'), KILOBYTE, Buffer.from('\r\n')]),
  },
  bytes: {
    begin: (bytes) => Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), bytes]),
    more: KILOBYTE,
  },
  headers: { begin: (bytes) => bytes, more: Buffer.from('X-More: and more\r\n') },
  informational: { begin: (bytes) => bytes, more: Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n') },
  trailers: {
    begin: (bytes) =>
      Buffer.concat([
        Buffer.from(
          `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${bytes.length.toString(16)}\r\n`,
        ),
        bytes,
        Buffer.from('\r\n0\r\n'),
      ]),
    more: Buffer.from('X-Trailer: and more\r\n'),
  },
};

/** Begins as told and goes on until the cache has had enough. */
export function withoutEnd(bytes: Buffer, kind: keyof typeof endless): Script {
  return async (socket: Socket) => {
    const { begin, more } = endless[kind] ?? { begin: () => bytes, more: bytes };
    socket.write(begin(bytes));
    const many = Buffer.concat(Array.from({ length: 64 }, () => more));
    const closed = once(socket, 'close');
    while (!socket.destroyed) {
      if (!socket.write(many)) await Promise.race([once(socket, 'drain'), closed]);
    }
  };
}
