// The S3 server of the demo with one empty bucket and without its latency, filled through the S3 API as
// a user would.
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

import { localClient } from '../../web/demo/bucket/s3-client.ts';
import { startS3Server, type S3Server } from '../../web/demo/bucket/s3-server.ts';
import { temporaryFolder } from './files.ts';

/** One segment at a time, as the AWS SDKs write a key into a URL. */
export function encodeKey(key: string): string {
  return key
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replace(
        /[!'()*]/g,
        (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');
}

export class S3 {
  /** The targets of GET requests, in order of arrival. */
  readonly gets: string[] = [];
  connections = 0;

  readonly bucket: string;
  readonly #server: S3Server;
  readonly #client: S3Client;

  private constructor(server: S3Server, bucket: string) {
    this.#server = server;
    this.#client = localClient(server.url);
    this.bucket = bucket;
    server.http.on('request', (request) => {
      if (request.method === 'GET') this.gets.push(request.url ?? '');
    });
    server.http.on('connection', () => (this.connections += 1));
  }

  static async start(bucket = 'training'): Promise<S3> {
    const server = await startS3Server({
      directory: temporaryFolder(),
      buckets: [bucket],
      latencyMs: 0,
      serviceEndpoint: 'localhost',
    });
    return new S3(server, bucket);
  }

  get endpoint(): string {
    return this.#server.url;
  }

  /** Puts an object and returns its path-style URL. */
  async put(key: string, body: Buffer): Promise<string> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body }));
    return this.url(key);
  }

  async delete(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
  }

  url(key: string): string {
    return `${this.endpoint}/${this.bucket}/${encodeKey(key)}`;
  }

  /** The same server by a name that has room for a bucket before it. */
  get namedEndpoint(): string {
    return `http://s3.localhost:${new URL(this.endpoint).port}`;
  }

  async stop(): Promise<void> {
    this.#client.destroy();
    await this.#server.close();
  }
}
