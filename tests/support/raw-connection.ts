// One TCP connection on which a test writes any bytes it likes and reads HTTP/1.1 answers.
import { connect, type Socket } from 'node:net';

import { within } from './until.ts';

export interface RawAnswer {
  status: number;
  /** Names in lower case; the last one wins. */
  headers: Record<string, string>;
  body: string;
}

export class RawConnection {
  /** Settles when the other side has closed or reset the connection. */
  readonly closed: Promise<void>;
  #received = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    socket.on('error', () => undefined); // 'close' follows
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#ended = true;
        this.#wake();
        resolve();
      });
    });
  }

  static open(origin: string): Promise<RawConnection> {
    const { hostname, port } = new URL(origin);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new RawConnection(socket)));
    });
  }

  write(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** How many bytes have come and were not taken yet. */
  get unread(): number {
    return this.#received.length;
  }

  /** Reads nothing from the socket until resume(). */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Says that nothing more comes, and goes on reading. */
  end(): void {
    this.#socket.end();
  }

  /** Leaves with an RST. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** The next answer, by its Content-Length; an answer to HEAD has no body whatever it announces. */
  async read(options: { toHead?: boolean } = {}): Promise<RawAnswer> {
    const head = await this.#take((bytes) => {
      const end = bytes.indexOf('\r\n\r\n');
      return end < 0 ? undefined : end + 4;
    });
    const [statusLine = '', ...lines] = head.trimEnd().split('\r\n');
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const status = Number(statusLine.split(' ')[1]);
    const empty = options.toHead === true || status === 204 || status === 304;
    const length = empty ? 0 : Number(headers['content-length'] ?? 0);
    const body = await this.#take((bytes) => (bytes.length < length ? undefined : length));
    return { status, headers, body };
  }

  /** So many of the next bytes, one a character. */
  take(count: number): Promise<string> {
    return this.#take((bytes) => (bytes.length < count ? undefined : count));
  }

  /** Waits until `measure` says how many of the received bytes to take. */
  async #take(measure: (bytes: Buffer) => number | undefined): Promise<string> {
    for (;;) {
      const length = measure(this.#received);
      if (length !== undefined) {
        const taken = this.#received.subarray(0, length).toString('latin1');
        this.#received = this.#received.subarray(length);
        return taken;
      }
      if (this.#ended) throw new Error(`closed after ${this.#received.length} bytes of an answer`);
      const more = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await within('more bytes on a raw connection', more);
    }
  }
}
