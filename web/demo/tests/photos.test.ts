import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tests/support/files.ts';
import { listObjects } from '../bucket/objects.ts';
import { copyPhotos, photoBucketName } from '../bucket/photo-bucket.ts';
import { DEFAULT_LIMITS, scanPhotos } from '../bucket/photos.ts';
import { localClient } from '../bucket/s3-client.ts';
import { startS3Server } from '../bucket/s3-server.ts';

const picture = (red: number): Promise<Buffer> =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: { r: red, g: 9, b: 9 } } })
    .jpeg()
    .toBuffer();

// The bucket tells times in whole seconds.
const A_WHILE_AGO = new Date('2024-05-01');

async function folder(files: Record<string, Buffer | string>): Promise<string> {
  const root = join(temporaryFolder(), 'Pictures');
  await mkdir(root);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
    await utimes(join(root, name), A_WHILE_AGO, A_WHILE_AGO);
  }
  return root;
}

const keysOf = async (root: string) => (await scanPhotos(root)).photos.map(({ key }) => key);

describe('scanPhotos', () => {
  it('makes an actor of each folder, and one of the loose files', async () => {
    const jpeg = await picture(1);
    const root = await folder({
      'loose.jpg': jpeg,
      'Anna/1.jpg': jpeg,
      'Anna/2.JPEG': jpeg,
      '2023/Berlin/3.jpg': jpeg,
    });
    expect((await keysOf(root)).sort()).toEqual([
      '2023-Berlin/3.jpg',
      'Anna/1.jpg',
      'Anna/2.JPEG',
      'Pictures/loose.jpg',
    ]);
  });

  it('makes valid and distinct actor ids of any folder name', async () => {
    const jpeg = await picture(1);
    const root = await folder({
      'Zoë & Co/1.jpg': jpeg,
      'Zoe + Co/1.jpg': jpeg,
      '日本/1.jpg': jpeg,
      [`${'x'.repeat(90)}/1.jpg`]: jpeg,
    });
    const ids = (await keysOf(root)).map((key) => key.slice(0, key.indexOf('/')));
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/);
  });

  it('names and skips what is broken, mistyped or of a format that browsers do not show', async () => {
    const jpeg = await picture(1);
    const root = await folder({
      'good.jpg': jpeg,
      'torn.jpg': 'not a picture',
      'really.png': jpeg,
      'phone.heic': 'x',
      'notes.txt': 'x',
    });
    const scan = await scanPhotos(root);
    expect(scan.photos.map(({ key }) => key)).toEqual(['Pictures/good.jpg']);
    expect(scan.skipped.map(({ file }) => file.slice(root.length + 1)).sort()).toEqual([
      'phone.heic',
      'really.png',
      'torn.jpg',
    ]);
    for (const { reason } of scan.skipped) expect(reason).not.toBe('');
  });

  it('skips a file that cannot be read', async (context) => {
    if (process.getuid?.() === 0) context.skip('root reads everything');
    const root = await folder({ 'secret.jpg': await picture(1) });
    await chmod(join(root, 'secret.jpg'), 0);
    expect((await scanPhotos(root)).skipped).toHaveLength(1);
  });

  it('passes over hidden files and does not follow links in a circle', async () => {
    const jpeg = await picture(1);
    const root = await folder({ '.thumbnails/1.jpg': jpeg, 'a/1.jpg': jpeg });
    await symlink(root, join(root, 'a', 'again'));
    expect(await keysOf(root)).toEqual(['a/1.jpg']);
  });

  it('stops at its limits and says how many it left out', async () => {
    const jpeg = await picture(1);
    const root = await folder({ '1.jpg': jpeg, '2.jpg': jpeg, '3.jpg': jpeg });
    const scan = await scanPhotos(root, { ...DEFAULT_LIMITS, pictures: 2 });
    expect([scan.photos.length, scan.leftOut]).toEqual([2, 1]);
  });

  it.each(['no-such-folder', 'file.jpg'])('says clearly that %s cannot be used', async (name) => {
    const root = await folder({ 'file.jpg': 'x' });
    await expect(scanPhotos(join(root, name))).rejects.toThrow(/^PHOTOS: /);
  });
});

describe('copyPhotos', () => {
  async function bucketFor(root: string) {
    const bucket = photoBucketName(root);
    const server = await startS3Server({
      directory: temporaryFolder(),
      buckets: [bucket],
      latencyMs: 0,
    });
    onTestFinished(() => server.close());
    const client = localClient(server.url);
    const copy = async () =>
      copyPhotos(client, bucket, (await scanPhotos(root)).photos, () => undefined);
    const keys = async () => (await listObjects(client, bucket)).map(({ key }) => key).sort();
    return { copy, keys, server, bucket };
  }

  it('copies only what is new or changed, and removes what is gone', async () => {
    const root = await folder({ 'a/1.jpg': await picture(1), 'a/2.jpg': await picture(2) });
    const { copy, keys } = await bucketFor(root);
    expect(await copy()).toBe(2);
    await writeFile(join(root, 'a/3.jpg'), await picture(3));
    await writeFile(join(root, 'a/2.jpg'), Buffer.concat([await picture(4), Buffer.alloc(10)]));
    expect(await copy()).toBe(2);
    await rm(join(root, 'a/1.jpg'));
    await copy();
    expect(await keys()).toEqual(['a/2.jpg', 'a/3.jpg']);
  });

  it('leaves the originals as they were', async () => {
    const root = await folder({ 'a/1.jpg': await picture(1) });
    const digest = async () =>
      createHash('sha256')
        .update(await readFile(join(root, 'a/1.jpg')))
        .digest('hex');
    const before = [await digest(), await readdir(root, { recursive: true })];
    const { copy } = await bucketFor(root);
    await copy();
    expect([await digest(), await readdir(root, { recursive: true })]).toEqual(before);
  });

  it('gives each folder a bucket of its own, with a name that S3 allows', () => {
    expect(photoBucketName('/home/a/Pictures')).toMatch(/^[a-z0-9-]{3,63}$/);
    expect(photoBucketName('/home/a/Pictures')).toBe(photoBucketName('/home/a/Pictures/'));
    expect(photoBucketName('/home/a/Pictures')).not.toBe(photoBucketName('/home/b/Pictures'));
  });
});
