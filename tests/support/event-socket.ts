// A page that listens to /api/cache/events: with Node's own WebSocket, or frame by frame.
import { until, within } from './until.ts';
import { RawConnection, type RawAnswer } from './raw-connection.ts';

export interface EventMessage {
  type: string;
  revision: number;
  // The test that reads a message knows its shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
  [field: string]: any;
}

export class EventSocket {
  /** In the order of their arrival. */
  readonly texts: string[] = [];
  readonly messages: EventMessage[] = [];
  /** The close code. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  #read = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.texts.push(String(data));
      this.messages.push(JSON.parse(String(data)) as EventMessage);
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code }) => resolve(code));
    });
  }

  static async open(origin: string, query = ''): Promise<EventSocket> {
    const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/api/cache/events${query}`);
    const opened = new EventSocket(socket);
    await within(
      'an open WebSocket',
      new Promise<void>((resolve, reject) => {
        socket.addEventListener('open', () => resolve());
        socket.addEventListener('error', () => reject(new Error('the WebSocket was refused')));
      }),
    );
    return opened;
  }

  /** The next message of that type that was not read yet; others are passed over. */
  async next(type: string, deadlineMs?: number): Promise<EventMessage> {
    return until(
      `a message "${type}"`,
      () => {
        while (this.#read < this.messages.length) {
          const message = this.messages[this.#read];
          this.#read += 1;
          if (message?.type === type) return message;
        }
        return undefined;
      },
      deadlineMs,
    );
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }
}

const handshake = {
  Host: 'localhost',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

export interface RawEventSocket {
  connection: RawConnection;
  /** To the handshake. */
  answer: RawAnswer;
}

/** Sends a handshake with other or more fields; an empty one is left out. */
export async function shakeHands(
  origin: string,
  fields: Record<string, string> = {},
  target = '/api/cache/events',
): Promise<RawEventSocket> {
  const connection = await RawConnection.open(origin);
  const lines = Object.entries({ ...handshake, ...fields })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\r\n`);
  connection.write(`GET ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return { connection, answer: await connection.read() };
}

export interface Frame {
  opcode: number;
  payload: string;
  /** With its head. */
  bytes: number;
}

export async function readFrame(connection: RawConnection): Promise<Frame> {
  const number = (bytes: string): number =>
    Buffer.from(bytes, 'latin1').readUIntBE(0, bytes.length);
  const head = Buffer.from(await connection.take(2), 'latin1');
  const short = head.readUInt8(1);
  const headBytes = short === 126 ? 4 : short === 127 ? 10 : 2;
  // Six of the eight bytes of a long length are more than any test needs.
  if (short === 127) await connection.take(2);
  const length = headBytes === 2 ? short : number(await connection.take(short === 126 ? 2 : 6));
  const payload = await connection.take(length);
  return { opcode: head.readUInt8(0) & 0x0f, payload, bytes: headBytes + length };
}
