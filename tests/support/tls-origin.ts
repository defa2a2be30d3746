// An origin over TLS, with a certificate of its own: one that speaks HTTP/2, or one that does not.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { temporaryFolder } from './files.ts';

export interface TlsOriginOptions {
  body: Buffer;
  /** False: HTTP/1.1 over TLS, as S3 itself. */
  http2: boolean;
}

export class TlsOrigin {
  /** "https://localhost:PORT". */
  readonly url: string;
  /** The certificate authority to trust (PEM). */
  readonly caFile: string;
  /** The HTTP version of each request, in their order. */
  readonly versions: string[] = [];
  connections = 0;
  readonly #server: Server;

  private constructor(server: Server, caFile: string, body: Buffer) {
    this.#server = server;
    this.caFile = caFile;
    this.url = `https://localhost:${(server.address() as AddressInfo).port}`;
    server.on('secureConnection', () => (this.connections += 1));
    server.on('request', (request, response) => {
      this.versions.push(request.httpVersion);
      response.setHeader('content-length', body.length);
      response.end(body);
    });
  }

  static async start({ body, http2 }: TlsOriginOptions): Promise<TlsOrigin> {
    const { key, cert, caFile } = certificate();
    const server = http2
      ? (createSecureServer({ key, cert }) as unknown as Server) // the same `request` events
      : createServer({ key, cert });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TlsOrigin(server, caFile, body);
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** For localhost, signed by itself. */
function certificate(): { key: Buffer; cert: Buffer; caFile: string } {
  const folder = temporaryFolder();
  const keyFile = join(folder, 'key.pem');
  const caFile = join(folder, 'cert.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', keyFile, '-out', caFile];
  execFileSync('openssl', ['req', ...kind, '-days', '2', ...subject, ...files], { stdio: 'pipe' });
  return { key: readFileSync(keyFile), cert: readFileSync(caFile), caFile };
}
