// S3 clients as the demo wants them, for s3rver and for the real one.
import { S3Client } from '@aws-sdk/client-s3';
import { S3RVER_CREDENTIALS, S3RVER_REGION } from './s3-server.ts';

export function localClient(url: string): S3Client {
  return new S3Client({
    endpoint: url,
    region: S3RVER_REGION,
    credentials: S3RVER_CREDENTIALS,
    forcePathStyle: true,
    // s3rver stores the framing of the SDK's default checksum trailers as part of the object.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** Region, endpoint and credentials as every S3 tool finds them. */
export function realClient(): S3Client {
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'];
  return new S3Client({
    region: process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    // An endpoint of one's own rarely has a name for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    followRegionRedirects: true,
  });
}
