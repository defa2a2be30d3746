// What a client does to the cache: each operation asks, judges the answer and tells the ledger.
//
// While the server is being ended any of them may break off; what was not answered stays open in the ledger.
import type { PrefetchAnswer } from '../../web/image-cache/src/contract.ts';
import { imageTarget, type CacheServer, type Manifest } from '../support/cache-server.ts';
import type { Answer } from '../support/http.ts';
import { throughTarget } from '../support/read-through.ts';
import type { Bucket } from './bucket.ts';
import type { Ledger, Operation } from './ledger.ts';
import type { Random } from './random.ts';
import { versionShown, WIDTH } from './smaller.ts';
import { Violation, type State, type TrackedPicture } from './tracked-picture.ts';

export interface Client {
  server: CacheServer;
  bucket: Bucket;
  ledger: Ledger;
  random: Random;
  /** The actors that nobody else works on. */
  actorIds: readonly string[];
}

export type DoOperation = (client: Client) => Promise<void>;

const images = '/api/cache';

/** Runs `ask` with the pictures under way in the ledger. */
async function during(
  { ledger }: Client,
  pictures: readonly TrackedPicture[],
  mayBecome: (picture: TrackedPicture) => readonly (State | undefined)[],
  ask: (operation: Operation) => Promise<void>,
): Promise<void> {
  const operation = ledger.begin(pictures, mayBecome);
  try {
    await ask(operation);
  } finally {
    operation.end();
  }
}

function picturesOf({ bucket }: Client, actorId: string): TrackedPicture[] {
  return bucket.pictures.filter((picture) => picture.actorId === actorId);
}

function ownPicture(client: Client): TrackedPicture {
  return client.random.pick(picturesOf(client, client.random.pick(client.actorIds)));
}

/** A 503 says that the server is being ended; whoever ends it knows. */
function expectStatus(answer: Answer, what: string, ...statuses: number[]): boolean {
  if (statuses.includes(answer.status)) return true;
  if (answer.status === 503) return false;
  throw new Violation(`${what} answered ${answer.status}: ${answer.text.slice(0, 300)}`);
}

async function prefetch(client: Client): Promise<void> {
  const { random, server, ledger } = client;
  const actorId = random.pick(client.actorIds);
  const pictures = random.sample(picturesOf(client, actorId), 1 + random.below(8));
  const cached = (picture: TrackedPicture) => [picture.inBucket];
  await during(client, pictures, cached, async (operation) => {
    const answer = await server.post(`${images}/prefetch`, {
      actor_id: actorId,
      images: pictures.map(({ url }) => ({ s3_url: url })),
    });
    if (!expectStatus(answer, 'prefetch', 200)) return;
    const { results } = answer.json() as PrefetchAnswer;
    for (const [i, picture] of pictures.entries()) {
      const { status, local_path, error } = results[i]!;
      if (status === 'cached') operation.settleCached(picture, 'now', local_path);
      else if (status === 'already_cached') {
        ledger.observeCached(picture, 'already cached');
        operation.settleCached(picture, 'earlier', local_path);
      } else if (!mayFail(client, operation, picture, error ?? '')) {
        throw new Violation(`prefetch of ${picture.toString()} failed: ${error ?? 'no reason'}`);
      }
    }
  });
}

function mayFail(
  { ledger }: Client,
  operation: Operation,
  picture: TrackedPicture,
  error: string,
): boolean {
  if (error === 'origin-not-found') return picture.inBucket === undefined;
  if (error === 'storage-full') return ledger.mayEvict;
  return error === 'cancelled' && operation.wasBesideClearAll;
}

/** Reads what lies at a picture's path; `versionOf` tells which version the answer shows. */
async function readAtPath(
  client: Client,
  what: string,
  query: string,
  versionOf: (picture: TrackedPicture, body: Buffer) => State | Promise<State>,
): Promise<void> {
  const { server, ledger } = client;
  const picture = ownPicture(client);
  const { path } = picture;
  if (path === undefined) return;
  await during(
    client,
    [picture],
    () => [],
    async () => {
      const answer = await server.get(`${imageTarget(path)}${query}`);
      if (!expectStatus(answer, what, 200, 404)) return;
      const state = answer.status === 404 ? 'absent' : await versionOf(picture, answer.body);
      ledger.observe(picture, state, what);
    },
  );
}

const readByPath: DoOperation = (client) =>
  readAtPath(client, 'a read by path', '', (picture, body) => picture.versionOf(body));

const readSmaller: DoOperation = (client) =>
  readAtPath(client, 'a smaller read', `&w=${WIDTH}`, versionShown);

async function readByUrl(client: Client): Promise<void> {
  const { server, ledger } = client;
  const picture = ownPicture(client);
  const cached = (): (State | undefined)[] => [picture.inBucket];
  await during(client, [picture], cached, async (operation) => {
    const target = throughTarget(picture.url, { actor_id: picture.actorId });
    const answer = await server.get(target);
    const mayBeGone = picture.inBucket === undefined || picture.wasEverDeleted;
    const refusals = [...(mayBeGone ? [404] : []), ...(ledger.mayEvict ? [507] : [])];
    if (!expectStatus(answer, `a read of ${picture.toString()}`, 200, ...refusals)) return;
    if (answer.status !== 200) return;
    const version = picture.versionOf(answer.body);
    ledger.observe(picture, version, 'a read by URL');
    const status = String(answer.headers['cache-status']);
    if (/; hit/.test(status)) {
      ledger.observeCached(picture, 'a hit');
    } else {
      // It was gone when it was asked for, and whether it is stored before the server ends is open.
      ledger.observe(picture, 'absent', 'a read by URL that missed');
      operation.settleStreamed(picture, version);
    }
  });
}

async function invalidate(client: Client): Promise<void> {
  const picture = ownPicture(client);
  await during(
    client,
    [picture],
    () => ['absent'],
    async (operation) => {
      const answer = await client.server.post(`${images}/invalidate`, { s3_url: picture.url });
      if (expectStatus(answer, 'invalidate', 200)) operation.settleAbsent(picture);
    },
  );
}

async function clearActor(client: Client): Promise<void> {
  const actorId = client.random.pick(client.actorIds);
  const pictures = picturesOf(client, actorId);
  await during(
    client,
    pictures,
    () => ['absent'],
    async (operation) => {
      const answer = await client.server.post(`${images}/clear/${actorId}`);
      if (!expectStatus(answer, 'clear', 200)) return;
      for (const picture of pictures) operation.settleAbsent(picture);
    },
  );
}

async function clearAll({ server, ledger }: Client): Promise<void> {
  const clearing = ledger.beginClearAll();
  try {
    const answer = await server.post(`${images}/clear-all`);
    if (expectStatus(answer, 'clear-all', 200)) clearing.acknowledge();
  } finally {
    clearing.end();
  }
}

/** Some objects of an actor change, and one may go; then the cache is told to look. */
async function changeAndRevalidate(client: Client): Promise<void> {
  const { bucket, random, server } = client;
  const actorId = random.pick(client.actorIds);
  const pictures = picturesOf(client, actorId);
  for (const picture of random.sample(pictures, 1 + random.below(3))) {
    await bucket.putNewVersion(picture, random);
  }
  if (random.chance(0.3)) await bucket.delete(random.pick(pictures));
  const newest = (picture: TrackedPicture): State => picture.inBucket ?? 'absent';
  const mayBecome = (picture: TrackedPicture): State[] =>
    picture.allowedVersions().length > 0 ? [newest(picture)] : [];
  await during(client, pictures, mayBecome, async (operation) => {
    const answer = await server.post(`${images}/revalidate`, { actor_id: actorId });
    if (!expectStatus(answer, 'revalidate', 200)) return;
    const { failed } = answer.json() as { failed: number };
    for (const picture of pictures) {
      picture.path = undefined; // a new content has a new one
      if (failed > 0 || picture.lingers) continue;
      const states = [...picture.allowed].map((state) =>
        state === 'absent' ? state : newest(picture),
      );
      operation.settle(picture, states);
    }
  });
}

/** What a manifest says of an actor is what is so, and it says it of all pictures at once. */
async function readManifest(client: Client): Promise<void> {
  const { random, server, ledger } = client;
  const actorId = random.pick(client.actorIds);
  const pictures = picturesOf(client, actorId);
  await during(
    client,
    pictures,
    () => [],
    async () => {
      const query = random.chance(0.5) ? `?actor_id=${actorId}` : '';
      const answer = await server.get(`${images}/manifest${query}`);
      if (!expectStatus(answer, 'manifest', 200)) return;
      const { entries } = answer.json() as Manifest;
      for (const picture of pictures) {
        const entry = entries[picture.url];
        const version = picture.versions.findIndex(({ etag }) => etag === entry?.etag);
        const state = entry === undefined ? 'absent' : version;
        // What was streamed may have been stored since the manifest was written, or may not.
        if (!picture.lingers) ledger.observe(picture, state, 'the manifest');
      }
    },
  );
}

export const operations: readonly (readonly [weight: number, operation: DoOperation])[] = [
  [30, prefetch],
  [25, readByPath],
  [20, readByUrl],
  [10, readSmaller],
  [6, invalidate],
  [2, clearActor],
  [0.7, clearAll],
  [3, changeAndRevalidate],
  [4, readManifest],
];
