// The server's end of a WebSocket, as far as events need it: text frames to the page, none read.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // RFC 6455 §1.3

export class FakeSockets {
  readonly #open = new Set<Duplex>();

  get count(): number {
    return this.#open.size;
  }

  accept(request: IncomingMessage, socket: Duplex, hello: object): void {
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1')
      .update(key + GUID)
      .digest('base64');
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    this.#open.add(socket);
    socket.on('error', () => undefined); // the page has gone
    socket.on('data', (frame: Buffer) => {
      if ((frame[0] ?? 0) % 16 === 8) socket.end(Buffer.from([0x88, 0])); // it says goodbye
    });
    socket.on('close', () => this.#open.delete(socket));
    this.send(hello);
  }

  send(message: object): void {
    const text = Buffer.from(JSON.stringify(message));
    const isShort = text.length < 126;
    const head = Buffer.alloc(isShort ? 2 : 4);
    head[0] = 0x81; // the whole of a text
    head[1] = isShort ? text.length : 126;
    if (!isShort) head.writeUInt16BE(text.length, 2);
    for (const socket of this.#open) socket.write(Buffer.concat([head, text]));
  }

  /** As a server that crashes. */
  drop(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
