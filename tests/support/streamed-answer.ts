// One GET whose answer a test watches while it comes.
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';

import { until } from './until.ts';

const agent = new Agent({ keepAlive: false, maxSockets: Infinity });

export class StreamedAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** How much has come so far. */
  length = 0;
  /** "end" when the answer came whole, else what went wrong. */
  readonly outcome: Promise<string>;
  readonly #chunks: Buffer[] = [];
  readonly #outgoing: ClientRequest;
  readonly #incoming: IncomingMessage;

  private constructor(outgoing: ClientRequest, incoming: IncomingMessage) {
    this.#outgoing = outgoing;
    this.#incoming = incoming;
    this.status = incoming.statusCode ?? 0;
    this.headers = incoming.headers;
    incoming.on('data', (bytes: Buffer) => {
      this.#chunks.push(bytes);
      this.length += bytes.length;
    });
    this.outcome = new Promise((resolve) => {
      incoming.once('end', () => resolve('end'));
      incoming.once('error', (error) => resolve(error.message));
    });
  }

  /** Resolves with the head. */
  static open(
    origin: string,
    target: string,
    headers: Record<string, string> = {},
  ): Promise<StreamedAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(origin + target, { agent, headers });
      outgoing.once('error', reject);
      outgoing.once('response', (incoming) => resolve(new StreamedAnswer(outgoing, incoming)));
      outgoing.end();
    });
  }

  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  async untilReceived(length: number): Promise<Buffer> {
    await until(`${length} bytes`, () => this.length >= length);
    return this.received;
  }

  /** Reads nothing more until resume(), so that the other side cannot send for ever. */
  pause(): void {
    this.#incoming.pause();
  }

  resume(): void {
    this.#incoming.resume();
  }

  /** The client leaves. */
  leave(): void {
    this.#outgoing.destroy();
  }
}
