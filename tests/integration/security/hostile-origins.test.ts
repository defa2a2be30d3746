// An origin that wants the cache to break: to fill its disk or its memory, to mix up its answers, to
// store what is no picture. Each row is one answer; after each of them the server works as before
// and nothing is left of it.
import { gzipSync } from 'node:zlib';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { pictureFiles } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { hasSanitizer, processState } from '../../support/process-state.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { announcing, answer, inChunks, type Script } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';
import { raw, withoutEnd } from './hostile-scripts.ts';

const maxImageBytes = 256 * 1024;
const maxGrowthBytes = 32 * 1024 * 1024;

let origin: ScriptedOrigin;
let server: CacheServer;
let good: Buffer;

beforeAll(async () => {
  good = await picture(1);
  origin = await ScriptedOrigin.start();
  server = await CacheServer.start({
    // Its memory is looked at, maybe not by root.
    args: ['--origin', origin.url, '--max-image-size', String(maxImageBytes), '--debuggable'],
  });
});
afterEach(() => server.post('/api/cache/clear-all'));
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await origin.stop();
});

async function expectNothingLeftAndServing(): Promise<void> {
  expect((await server.manifest()).entries).toEqual({});
  // What the test before has cleared is unlinked in the background.
  await until('no file is left', async () => (await pictureFiles(server.cacheDir)).length === 0);
  const path = await server.cache('0009', origin.on('/good.jpg', answer(200, good)));
  expect((await server.get(imageTarget(path))).body.equals(good)).toBe(true);
}

const ok = 'HTTP/1.1 200 OK\r\n';
const head = (lines: string): Script => raw(`${ok}${lines}\r\n`, () => good);

// [what it sends, the errors that may be told, script]
const table: [string, RegExp, () => Script][] = [
  ['a body without end, in chunks', /^too-large$/, () => withoutEnd(good, 'chunks')],
  ['a body without end or length', /^too-large$/, () => withoutEnd(good, 'bytes')],
  ['a length of exabytes', /^too-large$/, () => announcing(2 ** 60, good)],
  ['a length past 64 bits', /^origin-/, () => head('Content-Length: 99999999999999999999999\r\n')],
  ['a negative length', /^origin-/, () => head('Content-Length: -1\r\n')],
  ['a length that is no number', /^origin-/, () => head('Content-Length: many\r\n')],
  [
    'two lengths that disagree',
    /^origin-/,
    () => head(`Content-Length: 10\r\nContent-Length: ${good.length}\r\n`),
  ],
  [
    'a header of a megabyte',
    /^origin-unexpected$/,
    () => head(`X-Long: ${'a'.repeat(1 << 20)}\r\n`),
  ],
  [
    'a thousand headers',
    /^origin-unexpected$/,
    () => head(`X-Many: ${'a'.repeat(90)}\r\n`.repeat(1000)),
  ],
  ['headers without end', /^origin-unexpected$/, () => withoutEnd(Buffer.from(ok), 'headers')],
  [
    'informational answers without end',
    /^origin-unexpected$/,
    () => withoutEnd(Buffer.of(), 'informational'),
  ],
  ['trailers without end', /^origin-/, () => withoutEnd(good, 'trailers')],
  ['half a head', /^origin-/, () => raw(`${ok}Content-Le`)],
  ['a head without its end', /^origin-/, () => raw(`${ok}Content-Length: 10\r\n`)],
  ['nothing of HTTP/1, only a picture', /^origin-/, () => raw('', () => good)],
  [
    'a version that there is not',
    /^origin-/,
    () => raw('HTTP/9.9 200 OK\r\nContent-Length: 3\r\n\r\nabc'),
  ],
  [
    'a chunk of negative size',
    /^origin-/,
    () => raw(`${ok}Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n`),
  ],
  [
    'a chunk of a size past 64 bits',
    /^origin-/,
    () => raw(`${ok}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff1\r\nabc\r\n`),
  ],
  [
    'a picture that is compressed',
    /^not-a-picture$/,
    () => answer(200, gzipSync(good), { 'content-encoding': 'gzip' }),
  ],
  [
    'a picture in a compressed transfer',
    /^origin-unexpected$/,
    () => raw(`${ok}Transfer-Encoding: gzip\r\n\r\n`, () => gzipSync(good)),
  ],
  [
    'zeros that were a gigabyte before',
    /^(not-a-picture|origin-unexpected)$/,
    () => inChunks(gzipSync(Buffer.alloc(64 << 20))),
  ],
  [
    'a part that was not asked for',
    /^origin-unexpected$/,
    () => answer(206, good, { 'content-range': `bytes 0-${good.length - 1}/${good.length}` }),
  ],
];

describe('an origin that sends', () => {
  it.each(table)('%s', async (name, error, script) => {
    const url = origin.on(`/hostile/${encodeURIComponent(name)}.jpg`, script());
    const before = await processState(server.pid);
    const { results } = await server.prefetch('0001', [url]);
    expect(results).toEqual([
      expect.objectContaining({ status: 'failed', error: expect.stringMatching(error) as string }),
    ]);
    const grown = (await processState(server.pid)).anonymousBytes - before.anonymousBytes;
    if (!(await hasSanitizer(server.pid))) expect(grown).toBeLessThan(maxGrowthBytes);
    await expectNothingLeftAndServing();
  });
});

describe('an origin that redirects', () => {
  const targets: [string, (self: string) => string][] = [
    ['to itself', (self) => self],
    ['to a file', () => 'file:///etc/passwd'],
    ['to metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['to another of its paths', () => '/elsewhere.jpg'],
    ['to nothing', () => ''],
  ];
  const rows = [301, 302, 303, 307, 308].flatMap((status) =>
    targets.map(([where, target]) => ({ status, where, target })),
  );
  it.each(rows)('with $status $where is not followed', async ({ status, where, target }) => {
    const path = `/redirects/${status}/${encodeURIComponent(where)}.jpg`;
    const location = target(origin.url + path);
    origin.on('/elsewhere.jpg', answer(200, good));
    // With a picture as its body: that is not the picture that was asked for.
    const url = origin.on(path, answer(status, good, { location }));
    const { results } = await server.prefetch('0001', [url]);
    expect(results[0]).toMatchObject({ status: 'failed', error: 'origin-unexpected' });
    expect(origin.requestsFor(path)).toBe(1);
    expect(origin.requestsFor('/elsewhere.jpg')).toBe(0);
    await expectNothingLeftAndServing();
  });
});

describe('a picture is stored as it was sent', () => {
  // [what its head says, its lines]
  const heads: [string, string][] = [
    ['a compression that is not there', 'Content-Encoding: gzip\r\n'],
    ['a long list of compressions', `Content-Encoding: ${'br, gzip, '.repeat(200)}br\r\n`],
    ['that it is HTML', 'Content-Type: text/html\r\n'],
    ['a type that is no type', 'Content-Type: ;;;\x01\r\n'],
    ['an ETag with control characters', 'ETag: "a\x01\x1b[31mb"\r\n'],
    ['an ETag that is not ASCII', 'ETag: "ä€"\r\n'],
    ['an ETag with JSON and HTML in it', 'ETag: "</script>\\",{}\r\n'],
    ['an ETag of 32 KB', `ETag: "${'e'.repeat(32 << 10)}"\r\n`],
    ['two ETags', 'ETag: "a"\r\nETag: "b"\r\n'],
    ['that it will be changed', 'Last-Modified: Thu, 99 Foo 99999 99:99:99 GMT\r\n'],
    ['a cookie', 'Set-Cookie: session=secret; Path=/\r\n'],
    ['where to go instead', 'Location: http://169.254.169.254/\r\nRefresh: 0\r\n'],
    ['another service', 'Alt-Svc: h3="169.254.169.254:80"; ma=86400\r\n'],
  ];
  it.each(heads)('when its head says %s', async (name, lines) => {
    const url = origin.on(
      `/heads/${encodeURIComponent(name)}.jpg`,
      head(`Content-Length: ${good.length}\r\n${lines}`),
    );
    const path = await server.cache('0001', url);
    const served = await server.get(imageTarget(path));
    expect(served.body.equals(good)).toBe(true);
    expect(served.headers['content-type']).toBe('image/jpeg');
    const shown = JSON.stringify([served.headers, await server.manifest()]);
    expect(shown.length).toBeLessThan(4096);
    expect(shown).not.toMatch(/session=secret|169\.254|31mb/);
    await server.post('/api/cache/clear-all');
    await expectNothingLeftAndServing();
    expect(origin.requests.every(({ headers }) => !('cookie' in headers))).toBe(true);
  });
});
