// Pictures by their URL: from the disk or through the cache, alone or many at once.
import type { Answer } from '../../support/http.ts';
import { throughTarget } from '../../support/read-through.ts';
import type { TrackedPicture } from '../../torture/tracked-picture.ts';
import { require, type Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

/** Nothing when a clearing or damage excuses that it failed. */
async function through(
  client: Client,
  picture: TrackedPicture,
  statuses: readonly number[],
  headers: Record<string, string> = {},
): Promise<Answer | undefined> {
  const watched = client.world.disturbances.watch();
  const target = throughTarget(picture.url, { actor_id: picture.actorId });
  const answer = await client.ask(target, [...statuses, 500, 503, 507], { headers });
  if (statuses.includes(answer.status)) return answer;
  client.judge(target, answer, client.excuses(watched));
  return undefined;
}

async function one(client: Client, picture: TrackedPicture): Promise<void> {
  const answer = await through(client, picture, [200]);
  if (answer === undefined) return;
  const version = picture.versionOf(answer.body);
  // Of a hit only; it stands for these bytes wherever it comes again.
  const { etag } = answer.headers;
  if (etag === undefined) return;
  const known = client.world.etags.get(etag);
  const isRight = known === undefined || (known.picture === picture && known.version === version);
  require(isRight, () => `${picture.key}: version ${version} with the ETag ${etag} of another`);
  client.world.etags.set(etag, { picture, version });
}

async function manyOfOne(client: Client, picture: TrackedPicture): Promise<void> {
  const clients = 2 + client.random.below(8);
  const answers = await Promise.all(
    Array.from({ length: clients }, () => through(client, picture, [200])),
  );
  for (const answer of answers) if (answer !== undefined) picture.versionOf(answer.body);
}

/** A part of what may not be there yet. */
async function part(client: Client, picture: TrackedPicture): Promise<void> {
  const to = 20 + client.random.below(80);
  const answer = await through(client, picture, [206], { range: `bytes=0-${to}` });
  if (answer === undefined) return;
  const isOne = picture.versions.some(({ bytes }) => answer.body.equals(bytes.subarray(0, to + 1)));
  require(isOne, () => `${picture.key}: bytes 0-${to} are of no version`);
  // The download goes on behind the part; the whole comes when it has ended.
  await one(client, picture);
}

const ofAPicture =
  (work: (client: Client, picture: TrackedPicture) => Promise<void>) =>
  (client: Client): Promise<void> => {
    const picture = client.aPicture();
    return client.world.uses.during([picture], () => work(client, picture));
  };

export const readThrough: readonly Traffic[] = [
  { kind: 'good', name: 'by URL', weight: 20, run: ofAPicture(one) },
  { kind: 'good', name: 'by URL, many of one', weight: 4, run: ofAPicture(manyOfOne) },
  { kind: 'good', name: 'by URL, in part', weight: 3, run: ofAPicture(part) },
];
