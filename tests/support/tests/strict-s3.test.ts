// The origins themselves: a verifier that lets everything pass would prove nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

import { picture } from '../pictures.ts';
import { StrictS3 } from '../strict-s3.ts';

const key = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'token/+=',
  region: 'eu-west-1',
};
const odd = "a b+c é%25/(1)!~*'.jpg";

let strict: StrictS3;
let body: Buffer;

beforeAll(async () => {
  strict = await StrictS3.start(key);
  body = await picture(1);
  strict.put('training', odd, body);
});
afterAll(() => strict.stop());

function client(change: Partial<typeof key> = {}): S3Client {
  const credentials = { ...key, ...change };
  return new S3Client({
    endpoint: strict.endpoint,
    region: credentials.region,
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
  });
}

describe('StrictS3', () => {
  it('gives an object to the SDK that signs correctly', async () => {
    const { Body } = await client().send(new GetObjectCommand({ Bucket: 'training', Key: odd }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(body);
  });

  it.each([
    ['another secret', { secretAccessKey: 'other' }, 'SignatureDoesNotMatch'],
    ['another key', { accessKeyId: 'AKIDOTHER' }, 'InvalidAccessKeyId'],
    ['another token', { sessionToken: 'other' }, 'InvalidToken'],
    ['another region', { region: 'us-east-1' }, 'AuthorizationHeaderMalformed'],
  ])('refuses %s', async (_, change, code) => {
    const get = client(change).send(new GetObjectCommand({ Bucket: 'training', Key: odd }));
    await expect(get).rejects.toMatchObject({ Code: code });
  });

  it('refuses a request that nobody signed', async () => {
    expect((await fetch(`${strict.endpoint}/training/x`)).status).toBe(403);
  });

  it('gives an object for a presigned URL, and refuses it changed or expired', async () => {
    const url = await strict.presign('training', odd);
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(`${url}&x=1`)).status).toBe(403);
    expect((await fetch(url.replace('X-Amz-Expires=900', 'X-Amz-Expires=901'))).status).toBe(403);
    const expired = await strict.presign('training', odd, { agoMs: 60_000, expiresInS: 30 });
    expect((await fetch(expired)).status).toBe(403);
  });
});
