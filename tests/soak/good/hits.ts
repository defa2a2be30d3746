// Pictures by their local path: whole, in part, under conditions, many in a row on one connection.
import { basename } from 'node:path';

import { imageTarget } from '../../support/cache-server.ts';
import type { Answer } from '../../support/http.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { shadeOf } from '../../torture/bucket.ts';
import { versionShown, WIDTH } from '../../torture/smaller.ts';
import { require, type Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';
import type { Known } from '../world.ts';

/** A path that the server has told of lately; what it leads to may have been removed since. */
function knownPath({ world, random }: Client): [string, Known] | undefined {
  const paths = [...world.paths];
  return paths.length === 0 ? undefined : random.pick(paths);
}

/** Asks for it; nothing when it was removed (404), which ends what is known of it. */
async function askForPath(
  client: Client,
  path: string,
  statuses: readonly number[],
  headers: Record<string, string> = {},
  method = 'GET',
  query = '',
): Promise<Answer | undefined> {
  const watched = client.world.disturbances.watch();
  const expected = [...statuses, 404, ...(watched('damaged') ? [500, 503] : [])];
  const answer = await client.askAsIs(`${imageTarget(path)}${query}`, expected, {
    method,
    headers,
  });
  if (statuses.includes(answer.status)) return answer;
  client.world.paths.delete(path);
  return undefined;
}

/** A local picture's ETag is the name of its file, which changes with its content. */
function etagOf(path: string): string {
  return `"${basename(path)}"`;
}

function requireHead(answer: Answer, path: string, { picture }: Known): void {
  const { headers } = answer;
  require(headers.etag === etagOf(path), () => `${path} with the ETag ${headers.etag}`);
  require(headers['x-content-type-options'] === 'nosniff', () => `${picture.key}: no nosniff`);
  require(/immutable/.test(headers['cache-control'] ?? ''), () => `${picture.key}: not immutable`);
}

async function whole(client: Client): Promise<void> {
  const [path, known] = knownPath(client) ?? [];
  if (path === undefined || known === undefined) return;
  const answer = await askForPath(client, path, [200]);
  if (answer === undefined) return;
  const found = known.picture.versionOf(answer.body);
  require(found === known.version, () => `${path} was version ${known.version}, now ${found}`);
  requireHead(answer, path, known);
}

async function head(client: Client): Promise<void> {
  const [path, known] = knownPath(client) ?? [];
  if (path === undefined || known === undefined) return;
  const answer = await askForPath(client, path, [200], {}, 'HEAD');
  if (answer === undefined) return;
  const length = Number(answer.headers['content-length']);
  const { bytes } = known.picture.versions[known.version]!;
  require(length === bytes.length && answer.body.length === 0, () => `HEAD ${path}: ${length}`);
  requireHead(answer, path, known);
}

async function notModified(client: Client): Promise<void> {
  const [path] = knownPath(client) ?? [];
  if (path === undefined) return;
  const answer = await askForPath(client, path, [304], {
    'if-none-match': `"other", ${etagOf(path)}`,
  });
  if (answer !== undefined) require(answer.body.length === 0, () => `${path}: 304 with a body`);
}

async function part(client: Client): Promise<void> {
  const [path, known] = knownPath(client) ?? [];
  if (path === undefined || known === undefined) return;
  const { bytes } = known.picture.versions[known.version]!;
  const from = client.random.below(bytes.length);
  const to = from + client.random.below(bytes.length - from);
  const answer = await askForPath(client, path, [206], { range: `bytes=${from}-${to}` });
  if (answer === undefined) return;
  const what = (): string => `${path}: bytes ${from}-${to} of ${bytes.length} are others`;
  require(answer.body.equals(bytes.subarray(from, to + 1)), what);
  const range = answer.headers['content-range'];
  require(range === `bytes ${from}-${to}/${bytes.length}`, () => `${path}: ${range}`);
}

async function partThatIsNot(client: Client): Promise<void> {
  const [path, known] = knownPath(client) ?? [];
  if (path === undefined || known === undefined) return;
  const { length } = known.picture.versions[known.version]!.bytes;
  const answer = await askForPath(client, path, [416], { range: `bytes=${length}-` });
  const range = answer?.headers['content-range'];
  require(range === undefined || range === `bytes */${length}`, () => `${path}: 416 ${range}`);
}

/** Made by a process of its own; what cannot be made smaller comes as it is. Versions may share a shade. */
async function smaller(client: Client): Promise<void> {
  const [path, known] = knownPath(client) ?? [];
  if (path === undefined || known === undefined) return;
  const answer = await askForPath(client, path, [200], {}, 'GET', `&w=${WIDTH}`);
  if (answer === undefined) return;
  const shown = await versionShown(known.picture, answer.body);
  const isRight = shadeOf(shown) === shadeOf(known.version);
  require(isRight, () => `${path} was version ${known.version}, smaller it shows ${shown}`);
}

/** Several requests in one write; the answers come in their order. */
async function inOneWrite(client: Client): Promise<void> {
  const { world, random } = client;
  const asked = random.sample([...world.paths], 1 + random.below(12));
  const watched = world.disturbances.watch();
  const connection = await RawConnection.open(world.server.origin);
  try {
    const request = (path: string): string =>
      `GET ${imageTarget(path)} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    connection.write(asked.map(([path]) => request(path)).join(''));
    for (const [path, { picture, version }] of asked) {
      const { status, body } = await connection.read();
      const excused = watched('damaged') ? [500, 503] : [];
      client.judge(path, { status, text: status === 200 ? '' : body }, [200, 404, ...excused]);
      if (status === 200) {
        const found = picture.versionOf(Buffer.from(body, 'latin1'));
        require(found === version, () => `${path} was version ${version}, now ${found}`);
      }
      client.count();
    }
  } finally {
    connection.destroy();
  }
}

export const hits: readonly Traffic[] = [
  { kind: 'good', name: 'by path', weight: 30, run: whole },
  { kind: 'good', name: 'by path, HEAD', weight: 4, run: head },
  { kind: 'good', name: 'by path, not modified', weight: 8, run: notModified },
  { kind: 'good', name: 'by path, in part', weight: 8, run: part },
  { kind: 'good', name: 'by path, a part that is not', weight: 2, run: partThatIsNot },
  { kind: 'good', name: 'by path, smaller', weight: 4, run: smaller },
  { kind: 'good', name: 'by path, in one write', weight: 5, run: inOneWrite },
];
