import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tests/support/files.ts';
import { fillWithDrawings } from '../bucket/fill.ts';
import { listObjects } from '../bucket/objects.ts';
import { DEFAULT_SET, type SetOptions } from '../bucket/pictures.ts';
import { localClient } from '../bucket/s3-client.ts';
import { startS3Server } from '../bucket/s3-server.ts';

const SET: SetOptions = {
  ...DEFAULT_SET,
  actors: 2,
  picturesPerActor: 2,
  size: 64,
  targetBytes: 3000,
};

async function emptyBucket() {
  const directory = temporaryFolder();
  const server = await startS3Server({ directory, buckets: ['training'], latencyMs: 0 });
  onTestFinished(() => server.close());
  const client = localClient(server.url);
  const marker = join(directory, 'complete');
  const progress: string[] = [];
  const fill = (set = SET) =>
    fillWithDrawings(client, 'training', set, marker, (done, total) =>
      progress.push(`${done}/${total}`),
    );
  const keys = async () => (await listObjects(client, 'training')).map(({ key }) => key);
  return { client, fill, keys, progress };
}

it('draws the set once and tells how far it is', async () => {
  const { fill, keys, progress } = await emptyBucket();
  expect(await fill()).toBe(4);
  expect(await keys()).toHaveLength(4);
  expect(progress).toEqual(['0/4', '1/4', '2/4', '3/4', '4/4']);
  expect(await fill()).toBe(0);
});

it('does not bring back a picture that was deleted', async () => {
  const { client, fill, keys } = await emptyBucket();
  await fill();
  const [gone] = await keys();
  await client.send(new DeleteObjectCommand({ Bucket: 'training', Key: gone }));
  await fill();
  expect(await keys()).toHaveLength(3);
});

it('draws only what is missing after an interruption', async () => {
  const { client, fill, keys } = await emptyBucket();
  await fill({ ...SET, picturesPerActor: 1 });
  expect(await keys()).toHaveLength(2);
  expect(await fill()).toBe(2);
  expect(await keys()).toHaveLength(4);
  client.destroy();
});
