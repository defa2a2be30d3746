// What a hostile or broken origin answers. Nothing of it is a whole picture, so nothing of it may be kept or look whole.
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import type { ScriptedOrigin } from '../support/scripted-origin.ts';
import { announcing, answer, reset, unfinishedChunks, type Script } from '../support/scripts.ts';

export interface HostileUrl {
  name: string;
  url: string;
}

/** So many paths for each script: what is remembered as failed is not asked for again at once. */
const PATHS = 40;
const DRIP_MS = 300;

const jpeg = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600', 'hex'),
  Buffer.alloc(50_000, 'p'),
]);

const raw =
  (text: string): Script =>
  (socket) =>
    void socket.end(text);

/** Until the cache has had enough of it. */
const endless: Script = async (socket) => {
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n');
  socket.write(jpeg);
  const more = Buffer.alloc(65_536, 'e');
  while (!socket.destroyed) {
    if (!socket.write(more)) await drained(socket);
  }
};

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', resolve);
  });
}

const dripping: Script = async (socket) => {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
  for (let at = 0; at < jpeg.length && !socket.destroyed; at += 1) {
    socket.write(jpeg.subarray(at, at + 1));
    await delay(DRIP_MS); // the drip itself
  }
};

const silent: Script = (socket) => new Promise((resolve) => socket.once('close', () => resolve()));

function lies(forbidden: string): Record<string, Script> {
  const redirect = (to: string): Script => answer(302, '', { location: to });
  return {
    short: announcing(2 * jpeg.length, jpeg),
    'short and resumed wrongly': announcing(2 * jpeg.length, jpeg, { etag: '"same"' }),
    'unfinished chunks': unfinishedChunks(jpeg),
    'chunk of a wrong length': raw(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n${'p'.repeat(500)}\r\n0\r\n\r\n`,
    ),
    'reset at once': reset(),
    'reset in the middle': reset(jpeg),
    'a page that poses as a picture': answer(200, '<html><script>1</script></html>'.repeat(40), {
      'content-type': 'image/jpeg',
    }),
    'compressed though nobody asked': answer(200, gzipSync(jpeg), { 'content-encoding': 'gzip' }),
    empty: answer(200, ''),
    endless: endless,
    'larger than allowed': announcing(2 ** 40, jpeg),
    'a thousand fields': raw(
      `HTTP/1.1 200 OK\r\n${Array.from({ length: 1000 }, (_, i) => `X-${i}: ${'v'.repeat(400)}\r\n`).join('')}\r\n`,
    ),
    'a field without end': raw(`HTTP/1.1 200 OK\r\nX: ${'v'.repeat(400_000)}`),
    'not HTTP': raw('SSH-2.0-OpenSSH_9.2\r\n'),
    'a redirect to whom it may not ask': redirect(`${forbidden}/redirected.jpg`),
    'a redirect to the metadata': redirect('http://169.254.169.254/latest/meta-data/'),
    'a redirect to itself': redirect('?again'),
    'a fault': answer(500, '<html>stack trace</html>'),
    'too many requests': answer(429, '', { 'retry-after': '1' }),
    'not modified though nobody asked': answer(304, ''),
    'part though nobody asked': answer(206, jpeg, { 'content-range': `bytes 0-49/${jpeg.length}` }),
    'no content': answer(204, ''),
  };
}

function place(origin: ScriptedOrigin, answers: Record<string, Script>): HostileUrl[] {
  return Object.entries(answers).flatMap(([name, script]) =>
    Array.from({ length: PATHS }, (_, i) => {
      const path = `/${name.replaceAll(' ', '-')}/${i}.jpg`;
      return { name, url: origin.on(path, script) };
    }),
  );
}

/** `forbidden`: the URL of an origin that the server may not ask, for redirects to lead to. */
export function placeLies(origin: ScriptedOrigin, forbidden: string): HostileUrl[] {
  return place(origin, lies(forbidden));
}

/** Those that hold a download for as long as the server bears it. */
export function placeHolders(origin: ScriptedOrigin): HostileUrl[] {
  return place(origin, { dripping, silent });
}
