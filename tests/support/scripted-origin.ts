// An origin that does what a test tells it to: answers, waits, lies, breaks off.
//
// Each path has a script (see scripts.ts). Nothing is sent that the script does not send, so the
// length that is announced and the bytes that follow need not agree. Only requests without a body.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { answer, type Script } from './scripts.ts';

export interface SeenRequest {
  /** Exactly as it stood on the request line. */
  target: string;
  /** Names in lower case. */
  headers: Record<string, string>;
}

export class ScriptedOrigin {
  readonly requests: SeenRequest[] = [];
  /** Connections accepted since the start. */
  connections = 0;
  /** The most requests that were unanswered at one time. */
  mostAtOnce = 0;
  #unanswered = 0;
  readonly #sockets = new Set<Socket>();
  readonly #scripts = new Map<string, Script>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ScriptedOrigin> {
    const server = createServer();
    const origin = new ScriptedOrigin(server);
    server.on('connection', (socket) => void origin.#serve(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return origin;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sets what `path` (as on the request line, without its query) answers; returns its URL. */
  on(path: string, script: Script): string {
    this.#scripts.set(path, script);
    return this.url + path;
  }

  requestsFor(path: string): number {
    return this.requests.filter(({ target }) => target.split('?')[0] === path).length;
  }

  async stop(): Promise<void> {
    this.#sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(socket: Socket): Promise<void> {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // the cache may break off
    socket.once('close', () => this.#sockets.delete(socket));
    let received = '';
    try {
      for await (const bytes of socket) {
        received += (bytes as Buffer).toString('latin1');
        for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
          const head = received.slice(0, end);
          received = received.slice(end + 4);
          await this.#answer(parseHead(head), socket);
        }
      }
    } catch {
      // Reset by the cache, or by stop(): nobody is left to answer.
    }
  }

  async #answer(request: SeenRequest, socket: Socket): Promise<void> {
    this.requests.push(request);
    this.#unanswered += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#unanswered);
    const script = this.#scripts.get(request.target.split('?')[0] ?? '') ?? answer(404, 'not here');
    await script(socket);
    this.#unanswered -= 1;
  }
}

function parseHead(head: string): SeenRequest {
  const [requestLine = '', ...lines] = head.split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { target: requestLine.split(' ')[1] ?? '', headers };
}
