// All that the traffic of one soak shares: the server, its origins, its pictures, and what is known of them.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CacheServer } from '../support/cache-server.ts';
import { temporaryFolder } from '../support/files.ts';
import type { RawConnection } from '../support/raw-connection.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';
import { Bucket } from '../torture/bucket.ts';
import type { Random } from '../torture/random.ts';
import type { TrackedPicture } from '../torture/tracked-picture.ts';
import { addLargePictures } from './large-pictures.ts';
import { placeHolders, placeLies, type HostileUrl } from './hostile-scripts.ts';
import { Disturbances } from './disturbances.ts';
import { PictureUse } from './picture-use.ts';

/** Less than all pictures together, so that actors are evicted all the time. */
export const MAX_SIZE_BYTES = 12_000_000;
/** What an endless body may grow to. */
export const MAX_IMAGE_BYTES = 3_000_000;
export const TOKEN = 'the-token-of-the-soak';

/** What the server has said lies behind a local path or an ETag; neither is ever given to anything else. */
export interface Known {
  picture: TrackedPicture;
  version: number;
}

export interface World {
  server: CacheServer;
  bucket: Bucket;
  /** Those of the bucket that take a while to send. */
  large: TrackedPicture[];
  /** An origin that may be asked, and answers so that nothing of it may be kept. */
  hostile: ScriptedOrigin;
  lies: HostileUrl[];
  /** Another one, which holds what it is asked for: behind it the first would have to wait. */
  holding: ScriptedOrigin;
  holders: HostileUrl[];
  /** Who waits there at the moment. */
  held: number;
  /** An origin that must never be asked. */
  forbidden: ScriptedOrigin;
  /** Those that the manifest has told of and that were not found to be gone since. */
  paths: Map<string, Known>;
  /** All that were ever seen. */
  etags: Map<string, Known>;
  /** Clearings and damage that are under way: what is asked beside them may fail, but not be wrong. */
  disturbances: Disturbances;
  /** Pictures that may be downloaded at the moment: they are not changed in S3 meanwhile. */
  uses: PictureUse;
  /** Connections that nobody does anything with: the server ends them when their time is over. */
  staying: RawConnection[];
  /** Nothing new is begun; what waits for others to do something waits no more. */
  isOver: boolean;
  stop(): Promise<void>;
}

export async function makeWorld(random: Random): Promise<World> {
  const bucket = await Bucket.start(random.fork());
  const large = await addLargePictures(bucket, random.fork());
  const hostile = await ScriptedOrigin.start();
  const holding = await ScriptedOrigin.start();
  const forbidden = await ScriptedOrigin.start();
  const tokenFile = join(temporaryFolder(), 'token');
  await writeFile(tokenFile, TOKEN, { mode: 0o600 });
  const server = await CacheServer.start({
    args: [
      ...['--s3-endpoint', bucket.s3.endpoint, '--origin', hostile.url, '--origin', holding.url],
      ...['--max-size', String(MAX_SIZE_BYTES), '--max-image-size', String(MAX_IMAGE_BYTES)],
      '--debuggable', // its descriptors are counted, maybe not by root
      ...['--token-file', tokenFile, '--threads', '2', '--log-format', 'json'],
    ],
  });
  return {
    server,
    bucket,
    large,
    hostile,
    lies: placeLies(hostile, forbidden.url),
    holding,
    holders: placeHolders(holding),
    held: 0,
    forbidden,
    paths: new Map(),
    etags: new Map(),
    disturbances: new Disturbances(),
    uses: new PictureUse(),
    staying: [],
    isOver: false,
    async stop() {
      await server.kill();
      const origins = [bucket.s3, hostile, holding, forbidden];
      await Promise.all(origins.map((origin) => origin.stop()));
    },
  };
}
