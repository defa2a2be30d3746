// A small S3 that refuses what is not signed correctly: s3rver lets a wrong signature pass.
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

import { encodeKey } from './s3.ts';
import { verify, type Refusal, type SigningKey } from './sigv4.ts';

export interface StrictRequest {
  /** As it stood on the request line. */
  target: string;
  signedBy: 'header' | 'query' | 'nobody';
  refusal: Refusal | undefined;
  userAgent: string;
}

export class StrictS3 {
  readonly requests: StrictRequest[] = [];
  readonly key: SigningKey;
  readonly #server: Server;
  readonly #objects = new Map<string, Buffer>();

  private constructor(server: Server, key: SigningKey) {
    this.#server = server;
    this.key = key;
  }

  static async start(key: SigningKey): Promise<StrictS3> {
    const server = createServer();
    const strict = new StrictS3(server, key);
    server.on('request', (request, response) => {
      const target = request.url ?? '';
      const refusal = verify(request, key);
      const signedBy = target.includes('X-Amz-Signature=')
        ? 'query'
        : request.headers.authorization !== undefined
          ? 'header'
          : 'nobody';
      const userAgent = request.headers['user-agent'] ?? '';
      strict.requests.push({ target, signedBy, refusal, userAgent });
      const path = target.split('?')[0] ?? '';
      const object = strict.#objects.get(decodeURIComponent(path));
      if (refusal !== undefined) {
        response.writeHead(403, { 'content-type': 'application/xml' });
        response.end(`<Error><Code>${refusal}</Code></Error>`);
      } else if (object === undefined) {
        response.writeHead(404, { 'content-type': 'application/xml' });
        response.end('<Error><Code>NoSuchKey</Code></Error>');
      } else {
        const etag = `"${createHash('md5').update(object).digest('hex')}"`;
        if (request.headers['if-none-match'] === etag)
          return void response.writeHead(304, { etag }).end();
        response.writeHead(200, {
          'content-type': 'image/jpeg',
          'content-length': object.length,
          etag,
        });
        response.end(object);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return strict;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  put(bucket: string, key: string, body: Buffer): string {
    this.#objects.set(`/${bucket}/${key}`, body);
    return `${this.endpoint}/${bucket}/${encodeKey(key)}`;
  }

  /** Signed by AWS's own SDK, `agoMs` before now. */
  async presign(
    bucket: string,
    key: string,
    options: { agoMs?: number; expiresInS?: number } = {},
  ): Promise<string> {
    const client = new S3Client({
      endpoint: this.endpoint,
      region: this.key.region,
      forcePathStyle: true,
      credentials: this.key,
    });
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), {
      expiresIn: options.expiresInS ?? 900,
      signingDate: new Date(Date.now() - (options.agoMs ?? 0)),
    });
    client.destroy();
    return url;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
