// Cold JPEGs lie on the disk as lossless JPEG XL, and whoever opens one again gets the very bytes.
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';

import type { CompressionStats } from '../../../web/image-cache/src/contract.ts';
import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { pictureFiles } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { S3 } from '../../support/s3.ts';
import { until } from '../../support/until.ts';

const SIDE = 256;
const IMAGE = 'image/avif,image/webp,image/jxl,*/*;q=0.8';

let s3: S3;

beforeAll(async () => {
  s3 = await S3.start();
});
afterAll(() => s3.stop());

const start = (args: string[], cacheDir?: string): Promise<CacheServer> =>
  CacheServer.start({
    args: ['--s3-endpoint', s3.endpoint, ...args],
    ...(cacheDir === undefined ? {} : { cacheDir }),
  });

const compressing = (cacheDir?: string): Promise<CacheServer> =>
  start(['--compress-after', '1s', '--compress-share', '100'], cacheDir);

const compressionOf = async (server: CacheServer): Promise<CompressionStats> =>
  (await server.stats()).compression;

const files = async (server: CacheServer): Promise<string[]> =>
  (await pictureFiles(server.cacheDir)).filter((file) => file.startsWith('images/'));

interface Kept {
  path: string;
  url: string;
  bytes: Buffer;
}

/** A server that has compressed so many pictures of the actor "cold". */
async function withCold(name: string, count = 1): Promise<{ server: CacheServer; kept: Kept[] }> {
  const server = await compressing();
  const kept = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const bytes = await picture(100 + i, 'jpeg', SIDE);
      const url = await s3.put(`${name}/${i}.jpg`, bytes);
      return { path: await server.cache('cold', url), url, bytes };
    }),
  );
  await awaitCompressed(server, count);
  return { server, kept };
}

async function awaitCompressed(server: CacheServer, count: number): Promise<void> {
  await until(
    `${count} pictures are compressed`,
    async () =>
      (await compressionOf(server)).entries === count && (await files(server)).length === count,
    20_000,
  );
}

const awaitOriginals = (server: CacheServer, kept: Kept[]): Promise<unknown> =>
  until('the originals are on the disk', async () => {
    const names = await files(server);
    return kept.every(({ path }) => names.includes(path.replace('.image-cache/', '')));
  });

function only(kept: Kept[]): Kept {
  const [first] = kept;
  if (first === undefined) throw new Error('nothing is kept');
  return first;
}

it('makes cold pictures smaller, and gives who opens one its very bytes', async () => {
  const { server, kept } = await withCold('bytes', 3);
  const compression = await compressionOf(server);
  expect(compression.original_bytes).toBe(kept.reduce((sum, { bytes }) => sum + bytes.length, 0));
  expect(compression.saved_bytes).toBe(compression.original_bytes - compression.stored_bytes);
  const sizes = await Promise.all(
    (await files(server)).map(async (file) => (await stat(join(server.cacheDir, file))).size),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(compression.stored_bytes);

  // The entry tells of the original all the while.
  const before = await server.manifest();
  const answers = await Promise.all(kept.map(({ path }) => server.get(imageTarget(path))));
  for (const [i, { bytes, path }] of kept.entries()) {
    const answer = answers[i];
    expect(answer?.status).toBe(200);
    expect(answer?.body.equals(bytes)).toBe(true);
    expect(answer?.headers).toMatchObject({
      'content-type': 'image/jpeg',
      etag: `"${path.split('/').at(-1)}"`,
      vary: expect.stringContaining('Accept'),
    });
  }
  await awaitOriginals(server, kept);
  expect(await server.manifest()).toEqual(before);
  expect((await compressionOf(server)).restored).toBe(kept.length);
  expect(await server.stop()).toBe(0);
});

it('turns a picture back once, however many ask', async () => {
  const { server, kept } = await withCold('many');
  const { path, bytes } = only(kept);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => server.get(imageTarget(path))),
  );
  for (const answer of answers) expect(answer.body.equals(bytes)).toBe(true);
  expect((await compressionOf(server)).restored).toBe(1);
  await server.stop();
});

it('gives JPEG XL to who takes it, with validators of its own, and the JPEG from then on', async () => {
  const { server, kept } = await withCold('jxl');
  const { path, bytes } = only(kept);
  const [file = ''] = await files(server);
  const jxl = await readFile(join(server.cacheDir, file));
  const answer = await server.get(imageTarget(path), { accept: IMAGE });
  expect(answer.headers).toMatchObject({
    'content-type': 'image/jxl',
    'content-length': String(jxl.length),
    etag: `"${path.split('/').at(-1)}.jxl"`,
    vary: expect.stringContaining('Accept'),
  });
  expect(answer.body.equals(jxl)).toBe(true);

  await awaitOriginals(server, kept);
  const after = await server.get(imageTarget(path), { accept: IMAGE });
  expect(after.headers['content-type']).toBe('image/jpeg');
  expect(after.body.equals(bytes)).toBe(true);
  await server.stop();
});

let others = 0;

/** Until the picture that was opened is on the disk as it was, and, nobody looking at it, compressed again. */
async function awaitColdAgain(server: CacheServer, kept: Kept[]): Promise<void> {
  await awaitOriginals(server, kept);
  // Another one each time: who comes back to one within two seconds has not opened it anew.
  others += 1;
  const other = await server.cache(
    `other${others}`,
    await s3.put(`other${others}/a.jpg`, await picture(90)),
  );
  await server.get(imageTarget(other));
  const compressed = kept.map(({ path }) => `${path.split('/').at(-1)}.jxl`);
  await until(
    'it is compressed again',
    async () => {
      const there = (await files(server)).map((file) => file.split('/').at(-1) ?? '');
      return compressed.every((name) => there.includes(name));
    },
    20_000,
  );
}

it('never mixes two forms in ranges and conditions', async () => {
  const { server, kept } = await withCold('ranges');
  const { path, bytes } = only(kept);
  const [file = ''] = await files(server);
  const jxl = await readFile(join(server.cacheDir, file));
  const jpegTag = `"${path.split('/').at(-1)}"`;
  const jxlTag = `"${path.split('/').at(-1)}.jxl"`;
  const ask = (headers: Record<string, string>): ReturnType<CacheServer['get']> =>
    server.get(imageTarget(path), headers);

  // As JPEG XL first: the first of these begins to turn the picture back.
  const of304 = await ask({ accept: IMAGE, 'if-none-match': jxlTag });
  expect(of304.status).toBe(304);
  await awaitColdAgain(server, kept);
  const part = await ask({ accept: IMAGE, range: 'bytes=10-99', 'if-range': jxlTag });
  expect(part.status).toBe(206);
  expect(part.headers['content-range']).toBe(`bytes 10-99/${jxl.length}`);
  expect(part.body.equals(jxl.subarray(10, 100))).toBe(true);

  // The other form's tag fits nothing: all of this form.
  await awaitColdAgain(server, kept);
  const whole = await ask({ range: 'bytes=10-99', 'if-range': jxlTag });
  expect(whole.status).toBe(200);
  expect(whole.body.equals(bytes)).toBe(true);
  await awaitColdAgain(server, kept);
  const jpegPart = await ask({ range: 'bytes=-100', 'if-range': jpegTag });
  expect(jpegPart.status).toBe(206);
  expect(jpegPart.body.equals(bytes.subarray(-100))).toBe(true);
  await awaitColdAgain(server, kept);
  const head = await server.send(imageTarget(path), { method: 'HEAD' });
  expect(head.headers).toMatchObject({ etag: jpegTag, 'content-length': String(bytes.length) });
  await server.stop();
}, 60_000);

it('answers by URL as by path', async () => {
  const { server, kept } = await withCold('url');
  const { url, bytes } = only(kept);
  const gets = s3.gets.length;
  const answer = await server.get(`/api/cache/image?url=${encodeURIComponent(url)}`);
  expect(answer.status).toBe(200);
  expect(answer.body.equals(bytes)).toBe(true);
  expect(answer.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'cache-control': 'no-cache',
  });
  expect(s3.gets.length).toBe(gets);
  await server.stop();
});

it('makes a smaller picture of a compressed one at the first asking', async () => {
  const { server, kept } = await withCold('smaller');
  const { path, bytes } = only(kept);
  const target = imageTarget(path);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => server.get(`${target}&w=128`, { accept: IMAGE })),
  );
  for (const { status, headers, body } of answers) {
    expect(status).toBe(200);
    expect(headers['cache-status']).toBe('ImageCache; hit');
    expect(await sharp(body).metadata()).toMatchObject({ format: 'jpeg', width: 128 });
  }
  expect((await compressionOf(server)).restored).toBe(1);
  await awaitOriginals(server, kept);
  expect((await server.get(target)).body.equals(bytes)).toBe(true);
  await server.stop();
});

it('keeps compressed pictures over restarts and kills, also when nothing more is compressed', async () => {
  const { server, kept } = await withCold('restart', 2);
  await server.kill();
  const second = await compressing(server.cacheDir);
  await awaitCompressed(second, 2);
  expect(await second.stop()).toBe(0);
  const off = await start([], server.cacheDir);
  expect((await compressionOf(off)).entries).toBe(2);
  for (const { path, bytes } of kept) {
    expect((await off.get(imageTarget(path))).body.equals(bytes)).toBe(true);
  }
  await awaitOriginals(off, kept);
  expect(await off.stop()).toBe(0);
});

it('verifies both forms, with a server and without one', async () => {
  const { server, kept } = await withCold('verify', 2);
  const verify = (...args: string[]): ReturnType<typeof run> =>
    run(['verify', '--cache-dir', server.cacheDir, ...args]);
  expect(await verify()).toMatchObject({ code: 0 });
  await server.stop();
  expect(await verify()).toMatchObject({ code: 0 });

  // What the disk has forgotten of a compressed picture is found, and the picture fetched again.
  const [file = ''] = await files(server);
  const place = join(server.cacheDir, file);
  const damaged = await readFile(place);
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 10) ^ 0xff, damaged.length - 10);
  await rm(place);
  await writeFile(place, damaged);
  expect(await verify()).toMatchObject({ code: 1 });
  const again = await start([], server.cacheDir);
  expect(await verify('--repair')).toMatchObject({ code: 0 });
  expect(Object.keys((await again.manifest()).entries)).toHaveLength(kept.length - 1);
  await again.stop();
});

it('drops a picture that does not give its bytes back, so that it is fetched again', async () => {
  const { server, kept } = await withCold('broken');
  const { path, url, bytes } = only(kept);
  const [file = ''] = await files(server);
  const place = join(server.cacheDir, file);
  const jxl = await readFile(place);
  await rm(place);
  await writeFile(place, Buffer.concat([jxl.subarray(0, 100), Buffer.alloc(jxl.length - 100, 1)]));
  expectProblem(await server.get(imageTarget(path)), 404, 'not-cached');
  expect(await server.cache('cold', url)).toBe(path);
  expect((await server.get(imageTarget(path))).body.equals(bytes)).toBe(true);
  await server.stop();
});

it('removes compressed pictures like any others', async () => {
  const { server } = await withCold('clear', 2);
  const cleared = await server.post('/api/cache/clear/cold');
  expect(cleared.json()).toMatchObject({ removed: 2 });
  await until('nothing is left', async () => (await files(server)).length === 0);
  expect((await compressionOf(server)).entries).toBe(0);
  await server.stop();
});

it('leaves a picture alone that somebody looks at, and one that gets no smaller', async () => {
  const server = await compressing();
  const open = await server.cache(
    'open',
    await s3.put('open/a.jpg', await picture(7, 'jpeg', SIDE)),
  );
  await server.get(imageTarget(open));
  await server.cache('png', await s3.put('png/a.png', await picture(8, 'png', SIDE)));
  // Two blocks of the disk before and after.
  await server.cache('small', await s3.put('small/a.jpg', await picture(9, 'jpeg', 64)));
  await server.cache('cold', await s3.put('cold/a.jpg', await picture(10, 'jpeg', SIDE)));
  await until(
    'the cold one is compressed',
    async () => (await compressionOf(server)).entries > 0,
    20_000,
  );
  const names = await files(server);
  expect(names.filter((name) => name.endsWith('.jxl'))).toHaveLength(1);
  expect(names.some((name) => name.startsWith('images/cold/') && name.endsWith('.jxl'))).toBe(true);
  await server.stop();
});

it('costs nothing and says nothing of Accept when it is off', async () => {
  const server = await start([]);
  const path = await server.cache('off', await s3.put('off/a.jpg', await picture(11)));
  const { headers } = await server.get(imageTarget(path), { accept: IMAGE });
  expect(headers['vary']).not.toContain('Accept');
  expect(await compressionOf(server)).toEqual({
    entries: 0,
    original_bytes: 0,
    stored_bytes: 0,
    saved_bytes: 0,
  });
  await server.stop();
});

it('says what is wrong with a time that is none', async () => {
  const { code, stderr } = await run(['serve', '--compress-after', 'soon']);
  expect(code).toBe(2);
  expect(stderr).toContain("'soon' is not a time; write it as 7d, 12h, 10m, 30s, or 0");
});
