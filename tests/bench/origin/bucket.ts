// The files of the origin's bucket, and what ListObjectsV2 says of them.
import { createHash } from 'node:crypto';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { largeAndSmall, numberedCopy } from '../tools/pictures.ts';

/** gallery/ holds so many pictures of 330 KB, each with bytes of its own. */
export const GALLERY = 500;
/** Every name below large/ and below small/ is a picture; so many of small/ are listed. */
export const LISTED_SMALL = 10_000;
/** huge.jpg is a picture by its first bytes. */
export const HUGE_BYTES = 1_000_000_000;

const OBJECTS_A_PAGE = 1000; // as S3 has it

interface StoredObject {
  key: string;
  md5: string;
  sizeBytes: number;
}

export interface Bucket {
  gallery: StoredObject[];
  large: StoredObject;
  small: StoredObject;
}

/** Below `folder`: gallery/, large.jpg, small.jpg, huge.jpg, and listings/FOLDER-PAGE.xml. */
export async function writeBucket(folder: string): Promise<Bucket> {
  await mkdir(join(folder, 'gallery'), { recursive: true });
  const { large, small } = await largeAndSmall();
  const store = async (key: string, bytes: Buffer): Promise<StoredObject> => {
    await writeFile(join(folder, key), bytes);
    return { key, md5: createHash('md5').update(bytes).digest('hex'), sizeBytes: bytes.length };
  };
  const gallery: StoredObject[] = [];
  for (let i = 0; i < GALLERY; i += 1) {
    gallery.push(await store(`gallery/${numbered(i)}.jpg`, numberedCopy(large, i)));
  }
  const bucket = {
    gallery,
    large: await store('large.jpg', large),
    small: await store('small.jpg', small),
  };
  await store('huge.jpg', small);
  await truncate(join(folder, 'huge.jpg'), HUGE_BYTES); // sparse: it takes no room
  const listed = Array.from({ length: LISTED_SMALL }, (_, i) => ({
    ...bucket.small,
    key: `small/${numbered(i)}.jpg`,
  }));
  await mkdir(join(folder, 'listings'));
  await writeListing(join(folder, 'listings'), 'gallery', gallery);
  await writeListing(join(folder, 'listings'), 'small', listed);
  return bucket;
}

/** In the order of numbers and of names alike. */
export function numbered(i: number): string {
  return String(i).padStart(5, '0');
}

async function writeListing(folder: string, name: string, objects: StoredObject[]): Promise<void> {
  for (let page = 0; page * OBJECTS_A_PAGE < objects.length; page += 1) {
    const from = page * OBJECTS_A_PAGE;
    const contents = objects.slice(from, from + OBJECTS_A_PAGE).map(contentsElement);
    const more = from + OBJECTS_A_PAGE < objects.length;
    const xml = [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
      `<Name>training</Name><Prefix>${name}/</Prefix><EncodingType>url</EncodingType>`,
      `<KeyCount>${contents.length}</KeyCount><MaxKeys>${OBJECTS_A_PAGE}</MaxKeys>`,
      `<IsTruncated>${more}</IsTruncated>`,
      ...(more ? [`<NextContinuationToken>${name}-${page + 1}</NextContinuationToken>`] : []),
      ...contents,
      '</ListBucketResult>',
    ];
    await writeFile(join(folder, `${name}-${page}.xml`), xml.join('\n'));
  }
}

function contentsElement({ key, md5, sizeBytes }: StoredObject): string {
  return `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;${md5}&quot;</ETag><Size>${sizeBytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
}
