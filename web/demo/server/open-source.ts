// Opens where the pictures are: our own S3 server, filled, or a real bucket, checked.
import { ListObjectsCommand, type S3Client } from '@aws-sdk/client-s3';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fillWithDrawings } from '../bucket/fill.ts';
import { copyPhotos, photoBucketName } from '../bucket/photo-bucket.ts';
import { scanPhotos } from '../bucket/photos.ts';
import { localClient, realClient } from '../bucket/s3-client.ts';
import { startS3Server, type S3Server } from '../bucket/s3-server.ts';
import type { DemoOptions, Source } from './options.ts';
import { DemoError } from './usage-error.ts';

export interface OpenSource {
  client: S3Client;
  bucket: string;
  prefix: string;
  deleteRefusal?: string;
  /** Not for a real bucket. */
  server?: S3Server;
}

export async function openSource(options: DemoOptions): Promise<OpenSource> {
  const { source } = options;
  if (source.kind === 'bucket') return openRealBucket(source, options);

  const bucket = source.kind === 'photos' ? photoBucketName(source.folder) : 'training';
  const photos = source.kind === 'photos' ? await findPhotos(source.folder, options) : [];
  await mkdir(options.stateDir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new DemoError(
      `${options.stateDir} cannot be made (${error.code}): choose another folder with STATE_DIR.`,
      1,
    );
  });
  const server = await startOnPort(options, bucket);
  const client = localClient(server.url);
  try {
    if (source.kind === 'photos') {
      await copyPhotos(
        client,
        bucket,
        photos,
        (done, total) => options.onProgress?.('Copying your pictures', done, total),
        options.signal,
      );
    } else {
      await fillWithDrawings(
        client,
        bucket,
        source.set,
        join(options.stateDir, 'bucket-complete'),
        (done, total) => options.onProgress?.('Drawing the pictures (once)', done, total),
        options.signal,
      );
    }
  } catch (error) {
    client.destroy();
    await server.close();
    throw error;
  }
  return { client, bucket, prefix: '', server };
}

async function startOnPort(options: DemoOptions, bucket: string): Promise<S3Server> {
  const settings = {
    directory: join(options.stateDir, 'bucket'),
    buckets: [bucket],
    latencyMs: options.latencyMs,
  };
  try {
    return await startS3Server({ ...settings, port: options.s3Port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    options.onNotice?.(`port ${options.s3Port} is taken: pictures cached earlier are fetched anew`);
    return startS3Server({ ...settings, port: 0 });
  }
}

async function findPhotos(folder: string, options: DemoOptions) {
  const scan = await scanPhotos(folder).catch((error: Error) => {
    throw new DemoError(error.message, 2);
  });
  for (const { file, reason } of scan.skipped) options.onNotice?.(`skipped ${file}: ${reason}`);
  if (scan.leftOut > 0) {
    options.onNotice?.(
      `${scan.leftOut} more pictures were left out: the demo copies at most 2000 or 4 GiB`,
    );
  }
  if (scan.photos.length === 0) {
    throw new DemoError(`PHOTOS: no JPEG, PNG, WebP, GIF or AVIF in ${folder}`, 1);
  }
  return scan.photos;
}

async function openRealBucket(
  source: Extract<Source, { kind: 'bucket' }>,
  options: DemoOptions,
): Promise<OpenSource> {
  const { bucket, prefix, allowDelete } = source;
  const client = realClient();
  const { Contents: found = [] } = await client
    .send(new ListObjectsCommand({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }))
    .catch((error: unknown) => {
      throw new DemoError(whyNot(bucket, error), 1);
    });
  if (found.length === 0) {
    const lack = prefix === '' ? 'is empty' : `has nothing below "${prefix}"`;
    options.onNotice?.(`the bucket "${bucket}" ${lack}`);
  }
  const refusal =
    'This is a real bucket: nothing is deleted there unless the demo is started with ALLOW_DELETE=1.';
  return { client, bucket, prefix, ...(allowDelete ? {} : { deleteRefusal: refusal }) };
}

function whyNot(bucket: string, error: unknown): string {
  const { name, message } = error as Error;
  switch (name) {
    case 'CredentialsProviderError':
      return 'BUCKET needs AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.';
    case 'NoSuchBucket':
    case 'NotFound':
      return `There is no bucket "${bucket}" at this endpoint.`;
    case 'AccessDenied':
    case 'Forbidden':
      return `The credentials may not list the bucket "${bucket}" (s3:ListBucket).`;
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
    case 'ExpiredToken':
      return `S3 refuses the credentials for "${bucket}" (${name}): check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
    case 'TypeError':
      return `The bucket "${bucket}" cannot be read: ${message}; check AWS_ENDPOINT_URL_S3.`;
    default:
      return `The bucket "${bucket}" cannot be read: ${(message || name).split('\n', 1)[0]}`;
  }
}
