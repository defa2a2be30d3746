// s3rver with one bucket, filled through the S3 API as a user would.
import { PutObjectCommand, DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';

import { temporaryFolder } from './files.ts';

export const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

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
  readonly endpoint: string;
  readonly #server: S3rver;
  readonly #client: S3Client;

  private constructor(server: S3rver, client: S3Client, bucket: string, endpoint: string) {
    this.#server = server;
    this.#client = client;
    this.bucket = bucket;
    this.endpoint = endpoint;
  }

  static async start(bucket = 'training'): Promise<S3> {
    const server = new S3rver({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory: temporaryFolder(),
      serviceEndpoint: 'localhost', // so that "training.s3.localhost" is the bucket "training"
      configureBuckets: [{ name: bucket, configs: [] }],
    });
    const { port } = await server.run();
    const endpoint = `http://127.0.0.1:${port}`;
    const client = new S3Client({
      endpoint,
      region: 'us-east-1',
      credentials,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    const s3 = new S3(server, client, bucket, endpoint);
    server.httpServer.on('request', (request) => {
      if (request.method === 'GET') s3.gets.push(request.url ?? '');
    });
    server.httpServer.on('connection', () => (s3.connections += 1));
    return s3;
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
    this.#server.httpServer.closeAllConnections();
    await this.#server.close();
  }
}
