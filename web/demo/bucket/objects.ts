// Listing and filling a bucket through S3's own API.
import { ListObjectsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export interface StoredObject {
  key: string;
  sizeBytes: number;
  modifiedMs: number;
}

/** All objects below `prefix`, at most `limit` of them, in the bucket's order. */
export async function listObjects(
  client: S3Client,
  bucket: string,
  prefix = '',
  limit = Number.POSITIVE_INFINITY,
): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  let last: string | undefined;
  do {
    // Not ListObjectsV2: s3rver makes its tokens with DES, which OpenSSL 3 refuses, and so fails as
    // soon as there is a second page.
    const page = await client.send(
      new ListObjectsCommand({ Bucket: bucket, Prefix: prefix, Marker: last }),
    );
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      if (Key === undefined || objects.length >= limit) continue;
      objects.push({ key: Key, sizeBytes: Size ?? 0, modifiedMs: LastModified?.getTime() ?? 0 });
    }
    last = page.IsTruncated === true ? page.Contents?.at(-1)?.Key : undefined;
  } while (last !== undefined && objects.length < limit);
  return objects;
}

export async function putPicture(
  client: S3Client,
  bucket: string,
  key: string,
  body: Buffer,
  contentType: string,
): Promise<void> {
  await client.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }),
  );
}
