// Pages that follow the manifest: whole, one actor's, what has changed, the compact form, and the events.
import { EventSocket } from '../../support/event-socket.ts';
import type { Manifest } from '../../support/cache-server.ts';
import { until } from '../../support/until.ts';
import { require, type Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

const MANIFEST = '/api/cache/manifest';
const SNAPSHOT = 'application/vnd.image-cache.snapshot';
const SESSION_MESSAGES = 5;

/** Every entry is of a picture and a version that S3 had; its path is one to ask for from now on. */
function learn({ world }: Client, manifest: Manifest): void {
  const pictures = new Map([...world.bucket.pictures, ...world.large].map((one) => [one.url, one]));
  for (const [url, { local_path, etag, size_bytes }] of Object.entries(manifest.entries)) {
    const picture = pictures.get(url);
    require(picture !== undefined, () => `the manifest has what nobody may cache: ${url}`);
    if (picture === undefined) continue;
    const version = picture.versions.findIndex((one) => one.etag === etag);
    require(version >= 0, () => `the manifest has an ETag that S3 never sent: ${url} ${etag}`);
    const { length } = picture.versions[version]!.bytes;
    require(size_bytes === length, () => `${url} has ${length} bytes, not ${size_bytes}`);
    world.paths.set(local_path, { picture, version });
  }
}

async function whole(client: Client): Promise<void> {
  const answer = await client.ask(MANIFEST, [200]);
  learn(client, answer.json() as Manifest);
  const etag = String(answer.headers.etag);
  await client.ask(MANIFEST, [200, 304], { headers: { 'if-none-match': etag } });
}

async function ofActor(client: Client): Promise<void> {
  const actorId = client.random.pick(client.world.bucket.actorIds);
  const answer = await client.ask(`${MANIFEST}?actor_id=${actorId}`, [200]);
  const manifest = answer.json() as Manifest;
  learn(client, manifest);
  const others = Object.values(manifest.entries).filter((entry) => entry.actor_id !== actorId);
  require(others.length === 0, () => `the manifest of ${actorId} has ${others.length} of others`);
}

/** The statistics may be a moment ahead of what is told of changes. */
async function changes(client: Client): Promise<void> {
  const { revision } = (await client.ask('/api/cache/stats', [200])).json() as { revision: number };
  const since = Math.max(0, revision - client.random.below(200));
  await until(`the changes up to ${revision} to be told`, async () => {
    const answer = await client.ask(`${MANIFEST}?since=${since}`, [200]);
    const told = answer.json() as { since: number; revision: number };
    require(told.since === since, () => `since ${since}: ${answer.text.slice(0, 200)}`);
    return told.revision >= revision;
  });
}

async function snapshot(client: Client): Promise<void> {
  const answer = await client.ask(MANIFEST, [200], { headers: { accept: SNAPSHOT } });
  const { etag, 'content-type': type } = answer.headers;
  require(type === SNAPSHOT && answer.body.length > 0, () => `a snapshot of type ${type}`);
  const headers = { accept: SNAPSHOT, 'if-none-match': String(etag) };
  await client.ask(MANIFEST, [200, 304], { headers });
}

/** Stays for a few messages. What is missed between two of them is told as a gap. */
async function events(client: Client): Promise<void> {
  const { world } = client;
  const socket = await EventSocket.open(world.server.origin);
  try {
    let { revision } = await socket.next('hello');
    // The others change something all the time, unless the soak is over.
    const isEnough = () => world.isOver || socket.messages.length >= SESSION_MESSAGES;
    await until('messages of events', isEnough, 60_000);
    for (const message of socket.messages) {
      if (message.type === 'gap') revision = message.revision;
      if (message.type !== 'changes') continue;
      const follows = Number(message['since']) <= revision && message.revision > revision;
      require(follows, () => `at ${revision}: ${JSON.stringify(message).slice(0, 200)}`);
      revision = message.revision;
    }
    client.count();
  } finally {
    socket.close();
  }
}

export const following: readonly Traffic[] = [
  { kind: 'good', name: 'manifest', weight: 3, run: whole },
  { kind: 'good', name: 'manifest of an actor', weight: 2, run: ofActor },
  { kind: 'good', name: 'manifest, changes', weight: 4, run: changes },
  { kind: 'good', name: 'manifest, snapshot', weight: 2, run: snapshot },
  { kind: 'good', name: 'events', weight: 3, run: events },
];
