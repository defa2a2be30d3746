// An HTTP client that sends exactly the target and headers it is given and decodes nothing.
import { Agent, request, type IncomingHttpHeaders } from 'node:http';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
  // The caller knows the shape; the test asserts it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
  json: () => any;
}

export interface SendOptions {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  agent?: Agent;
}

const sharedAgent = new Agent({ keepAlive: true, maxSockets: 32 });

/** `target` goes on the request line as it is: no normalisation of "%2e" or "..". */
export function send(origin: string, target: string, options: SendOptions = {}): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path: target,
      method: options.method ?? 'GET',
      agent: options.agent ?? sharedAgent,
      headers: {
        ...(options.body === undefined
          ? {}
          : { 'content-length': Buffer.byteLength(options.body) }),
        ...options.headers,
      },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const body = Buffer.concat(chunks);
        const text = body.toString('utf8');
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body,
          text,
          json: () => JSON.parse(text),
        });
      });
    });
    outgoing.end(options.body);
  });
}
