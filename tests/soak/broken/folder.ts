// Damage to the cache folder while it is used: removed whole, and links where pictures were.
import { execFile } from 'node:child_process';
import { link, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { imageTarget } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import { throughTarget } from '../../support/read-through.ts';
import { until } from '../../support/until.ts';
import { require, type Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

const execute = promisify(execFile);
const SECRET = 'nobody may read this by way of the cache';
const outside = temporaryFolder();

/** Until it has worked: a server that writes meanwhile makes "Directory not empty" of one run. */
const removeAll = (...paths: string[]): Promise<unknown> =>
  until(`rm -rf ${paths.join(' ')}`, () =>
    execute('rm', ['-rf', ...paths]).then(
      () => true,
      () => false,
    ),
  );

/** Removes the folder, and waits until a picture can be stored again. */
function removeFolder(client: Client): Promise<void> {
  const { world, random } = client;
  const { cacheDir } = world.server;
  return world.disturbances.during('damaged', async () => {
    const entries = (await readdir(cacheDir).catch(() => [])).map((name) => join(cacheDir, name));
    await removeAll(...random.pick([[cacheDir], entries, [join(cacheDir, 'images')]]));
    world.paths.clear();
    const probe = random.pick(world.bucket.pictures);
    await until(
      'a picture to be stored again',
      async () => {
        const target = throughTarget(probe.url, { actor_id: probe.actorId });
        await world.uses.during([probe], () => client.ask(target, [200, 500, 503, 507]));
        const pictures = await readdir(join(cacheDir, 'images', probe.actorId)).catch(() => []);
        return pictures.length > 0;
      },
      30_000,
    );
  });
}

/** A local path: of a picture that is cached, or of the same form. */
function aPath({ world, random }: Client): string {
  const cached = [...world.paths.keys()];
  if (cached.length > 0 && random.chance(0.5)) return random.pick(cached);
  const digits = random
    .below(2 ** 32)
    .toString(16)
    .padStart(16, '0');
  return `.image-cache/images/actor-0/actor-0_${digits}.jpg`;
}

/** What is no picture stands in a picture's place, most of it leading out of the folder. */
async function misplace(client: Client): Promise<void> {
  const { world, random } = client;
  const path = aPath(client);
  const place = path.replace(/^\.image-cache/, world.server.cacheDir);
  const secret = join(outside, 'secret.jpg');
  await writeFile(secret, SECRET);
  const put = random.pick([
    () => symlink(secret, place),
    () => symlink('../../../secret.jpg', place),
    () => link(secret, place),
    () => execute('mkfifo', [place]),
    () => mkdir(place),
  ]);
  await world.disturbances.during('damaged', async () => {
    await mkdir(dirname(place), { recursive: true, mode: 0o700 }).catch(() => undefined);
    await rm(place, { recursive: true, force: true });
    await put().catch(() => undefined); // the server may have made something of that name
    try {
      const answer = await client.askAsIs(imageTarget(path), [200, 404, 500, 503]);
      require(!answer.text.includes(SECRET), () => `${path} gave what a link leads to`);
    } finally {
      world.paths.delete(path);
      await rm(place, { recursive: true, force: true });
    }
  });
}

export const damage: readonly Traffic[] = [
  { kind: 'broken', name: 'rm -rf', weight: 0.03, run: removeFolder },
  { kind: 'broken', name: 'links', weight: 0.5, run: misplace },
];
