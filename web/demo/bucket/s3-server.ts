// The S3 of the demo and of all tests: s3rver on loopback, its objects in a folder that outlives it,
// with a latency in front of every object. Credentials are s3rver's own, S3RVER/S3RVER.
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import S3rver from 's3rver';
import { ObjectLatency } from './latency.ts';

export const S3RVER_CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } as const;
export const S3RVER_REGION = 'us-east-1';

export interface S3ServerOptions {
  directory: string;
  buckets: readonly string[];
  /** 0, the default, takes a free one. */
  port?: number;
  latencyMs?: number;
  /** With "localhost", "training.s3.localhost" is the bucket "training" too; otherwise only a path names one. */
  serviceEndpoint?: string;
}

export interface S3Server {
  readonly url: string;
  readonly latency: ObjectLatency;
  /** To watch what is asked of it. */
  readonly http: Server;
  close(): Promise<void>;
}

export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  await mkdir(options.directory, { recursive: true });
  const latency = new ObjectLatency(options.latencyMs);
  const { serviceEndpoint } = options;
  const app = new S3rver({
    silent: true,
    ...(serviceEndpoint === undefined ? { vhostBuckets: false } : { serviceEndpoint }),
    directory: options.directory,
    configureBuckets: options.buckets.map((name) => ({ name })),
  });
  app.middleware.unshift(latency.middleware);
  await app.configureBuckets();

  // Not app.run(): its promise never rejects, so a taken port would end the process.
  const server = createServer(app.callback());
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    latency,
    http: server,
    async close() {
      latency.release();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
