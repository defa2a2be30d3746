// Only pictures leave, told by their bytes, and nothing that was sent with them becomes a header or
// a page.
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { pictureFiles, temporaryFolder } from '../../support/files.ts';
import type { Answer } from '../../support/http.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, inChunks } from '../../support/scripts.ts';

const script = '<script>document.title = "ran"</script>';
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8">${script}</svg>`;
const svgPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

let origin: ScriptedOrigin;
let server: CacheServer;
let number = 0;
const patience = { timeout: 10_000 };

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  server = await CacheServer.start({ args: ['--origin', origin.url] });
});
afterAll(async () => {
  await server.stop();
  await origin.stop();
});

/** A URL of its own for each body. */
function serving(body: string | Buffer, headers: Record<string, string> = {}): string {
  number += 1;
  return origin.on(`/bucket/0001/${number}.jpg`, answer(200, body, headers));
}

function readThrough(url: string): string {
  return `/api/cache/image?url=${encodeURIComponent(url)}`;
}

async function expectRefused(url: string, slug: string, detail: RegExp): Promise<void> {
  // The answer to what was refused before may be there before its file is gone.
  const names = async () =>
    (await pictureFiles(server.cacheDir)).filter((name) => !name.startsWith('tmp'));
  const before = await names();
  const refused = await server.get(readThrough(url));
  expectProblem(refused, 502, slug);
  expect(refused.json().detail).toMatch(detail);
  expectNoPage(refused);
  const { results } = await server.prefetch('0001', [url]);
  expect(results[0]?.local_path).toBeUndefined();
  await expect.poll(() => pictureFiles(server.cacheDir), patience).toEqual(before);
}

/** Nothing that a browser would show as a page. */
function expectNoPage(seen: Answer): void {
  expect(seen.headers['content-type']).toMatch(/^(application\/problem\+json|image\/)/);
  expect(seen.headers['x-content-type-options']).toBe('nosniff');
}

describe('what is no picture', () => {
  it.each([
    ['a page', `<!DOCTYPE html><html><body>${script}</body></html>`],
    ['a page that contains an SVG', `<html><body>${svg}</body></html>`],
    ['an XHTML page', `<html xmlns="http://www.w3.org/1999/xhtml">${svg}${script}</html>`],
    ['a script', 'document.title = "ran"; // and so on, longer than what is looked at'],
    ['a PDF', '%PDF-1.7\n1 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj'],
    ['a program', Buffer.concat([Buffer.from('7f454c46', 'hex'), Buffer.alloc(100)])],
    ['a compressed SVG', Buffer.concat([Buffer.from('1f8b08', 'hex'), Buffer.alloc(100)])],
    ['an SVG in UTF-16', Buffer.from(`\ufeff${svg}`, 'utf16le')],
    ['nothing', ''],
  ])('is refused, though it is called image/jpeg: %s', async (_, body) => {
    await expectRefused(serving(body, { 'content-type': 'image/jpeg' }), 'not-a-picture', /\S/);
  });

  it('is refused with a word on --svg when it is an SVG', async () => {
    await expectRefused(serving(svg), 'not-a-picture', /--svg sandbox/);
  });
});

describe('a picture that is something else too', () => {
  it('is served as a picture: a GIF with a page behind it', async () => {
    const url = serving(Buffer.concat([await picture(1, 'gif'), Buffer.from(`<html>${script}`)]));
    for (const target of [readThrough(url), imageTarget(await server.cache('0001', url))]) {
      const seen = await server.get(target);
      expect(seen.status).toBe(200);
      expect(seen.headers['content-type']).toBe('image/gif');
      expectNoPage(seen);
    }
  });

  it('is served as a picture: a JPEG with a script in its comment', async () => {
    const jpeg = await picture(2);
    const text = Buffer.from(script);
    const comment = Buffer.from([0xff, 0xfe, 0, text.length + 2]);
    const body = Buffer.concat([jpeg.subarray(0, 2), comment, text, jpeg.subarray(2)]);
    const seen = await server.get(readThrough(serving(body, { 'content-type': 'text/html' })));
    expect(seen.body.equals(body)).toBe(true);
    expect(seen.headers['content-type']).toBe('image/jpeg');
    expectNoPage(seen);
  });
});

describe('pixels', () => {
  let small: CacheServer;
  beforeAll(async () => {
    const args = ['--origin', origin.url, '--max-image-pixels', '4096'];
    small = await CacheServer.start({ args });
  });
  afterAll(() => small.stop());

  const formats = ['jpeg', 'png', 'gif', 'webp', 'avif'] as const;

  async function of(format: (typeof formats)[number], width: number): Promise<Buffer> {
    const image = sharp({ create: { width, height: 64, channels: 3, background: '#f80' } });
    return image.toFormat(format, format === 'webp' ? { lossless: true } : {}).toBuffer();
  }

  it.each(formats)('of a real %s are counted exactly', async (format) => {
    const enough = await small.get(readThrough(serving(await of(format, 64))));
    expect(enough.status).toBe(200);
    const tooMany = await small.get(readThrough(serving(await of(format, 65))));
    expectProblem(tooMany, 502, 'too-large');
    expect(tooMany.json().detail).toMatch(/65 × 64 .*--max-image-pixels/);
    await expect
      .poll(
        async () => (await pictureFiles(small.cacheDir)).filter((name) => name.startsWith('tmp')),
        patience,
      )
      .toEqual([]);
  });

  it('of an extended WebP and of a progressive JPEG too', async () => {
    const image = sharp({ create: { width: 65, height: 64, channels: 4, background: '#f808' } });
    for (const body of [
      await image.webp().toBuffer(),
      await image.jpeg({ progressive: true }).withMetadata().toBuffer(),
    ]) {
      expectProblem(await small.get(readThrough(serving(body))), 502, 'too-large');
    }
  });

  it('of a bomb of a few bytes are counted before anything is stored', async () => {
    const png = await picture(3, 'png');
    png.writeUInt32BE(0x7fffffff, 16);
    png.writeUInt32BE(0x7fffffff, 20);
    await expectRefused(serving(png), 'too-large', /2147483647 × 2147483647/);
  });

  it('behind much metadata cut the picture off, and nothing of it is kept', async () => {
    const jpeg = await of('jpeg', 65);
    const segment = Buffer.concat([Buffer.from('ffe1ffff', 'hex'), Buffer.alloc(65533)]);
    const metadata = Array.from({ length: 40 }, () => segment);
    number += 1;
    const url = origin.on(
      `/bucket/0001/${number}.jpg`,
      inChunks(jpeg.subarray(0, 2), ...metadata, jpeg.subarray(2)),
    );
    const outcome = await small.get(readThrough(url)).then(
      ({ status }) => status,
      () => 'cut off',
    );
    expect([502, 'cut off']).toContain(outcome);
    expectProblem(await small.get(readThrough(url)), 502, 'too-large');
  });

  it('of a head without end are looked for within --max-image-size', async () => {
    const tiny = await CacheServer.start({
      args: ['--origin', origin.url, '--max-image-size', '1MiB'],
    });
    const segment = Buffer.concat([Buffer.from('ffe1ffff', 'hex'), Buffer.alloc(65533)]);
    const start = Buffer.from('ffd8', 'hex');
    const endless = Buffer.concat([start, ...Array.from({ length: 40 }, () => segment)]);
    expectProblem(await tiny.get(readThrough(serving(endless))), 502, 'too-large');
    await expect.poll(() => pictureFiles(tiny.cacheDir), patience).toEqual([]);
    await tiny.stop();
  });
});

describe('--svg sandbox', () => {
  it('serves an SVG where nothing in it runs, on every way', async () => {
    const cacheDir = `${temporaryFolder()}/cache`;
    const args = ['--origin', origin.url];
    const open = await CacheServer.start({ cacheDir, args: [...args, '--svg', 'sandbox'] });
    const url = serving(`<?xml version="1.0"?>\n<!-- drawn by hand -->\n${svg}`);
    const miss = await open.get(readThrough(url));
    const path = await open.cache('0001', url);
    expect(path).toMatch(/\.svg$/);
    const target = imageTarget(path);
    const hit = await open.get(target);
    const etag = String(hit.headers.etag);
    for (const [seen, status] of [
      [miss, 200],
      [hit, 200],
      [await open.get(target), 200], // from memory
      [await open.get(readThrough(url)), 200],
      [await open.get(target, { range: 'bytes=0-9' }), 206],
      [await open.get(target, { 'if-none-match': etag }), 304],
    ] as const) {
      expect(seen.status).toBe(status);
      expect(seen.headers['content-security-policy']).toBe(svgPolicy);
      expect(seen.headers['x-content-type-options']).toBe('nosniff');
      if (status !== 304) expect(seen.headers['content-type']).toBe('image/svg+xml');
    }
    await open.stop();

    const closed = await CacheServer.start({ cacheDir, args });
    expectProblem(await closed.get(target), 404, 'not-cached');
    expectProblem(await closed.get(readThrough(url)), 502, 'not-a-picture');
    const exists = await closed.get(target.replace('/image?', '/exists?'));
    expect(exists.json()).toEqual({ exists: false });
    await closed.stop();
  });

  it('still refuses a page that contains one', async () => {
    const open = await CacheServer.start({ args: ['--origin', origin.url, '--svg', 'sandbox'] });
    const page = `<!DOCTYPE html><html><body>${svg}</body></html>`;
    expectProblem(await open.get(readThrough(serving(page))), 502, 'not-a-picture');
    await open.stop();
  });
});

describe('text from outside', () => {
  const hostile: [string, string][] = [
    ['quotes', '"a"b"'],
    ['markup', `"${script}"`],
    ['letters of other alphabets', '"ключ"'],
    ['8 KB', `"${'e'.repeat(8000)}"`],
    ['a space', '"a b"'],
    ['commas', '"a", "b"'],
  ];

  it.each(hostile)('an ETag is never a header of ours: %s', async (_, etag) => {
    const url = serving(await picture(20 + number), { etag });
    const path = await server.cache('0001', url);
    for (const target of [readThrough(url), imageTarget(path)]) {
      const seen = await server.get(target);
      expect(seen.headers.etag).toBe(`"${path.split('/').at(-1)}"`);
      expect(seen.headers['content-disposition']).toBeUndefined();
    }
    const entry = Object.values((await server.manifest()).entries).find(
      ({ local_path }) => local_path === path,
    );
    // In JSON it is escaped; one that could not be sent again as it is is not kept.
    expect([etag, '']).toContain(entry?.etag ?? '');
    expect(Buffer.byteLength(entry?.etag ?? '')).toBeLessThanOrEqual(1024);
  });

  it.each([
    ['a header', 'a\r\nX-Injected: 1', 400],
    ['a NUL', 'a\u0000.jpg', 400],
    ['8 KB', 'a'.repeat(8000), 400],
    ['quotes and markup', `a";${script}`, 200],
    ['pictograms', '🐈‍⬛.jpg', 200],
  ])('a filename is never a header of ours: %s', async (_, filename, status) => {
    const url = serving(await picture(40 + number));
    const query = `${readThrough(url)}&filename=${encodeURIComponent(filename)}`;
    const seen = await server.get(query).catch((error: unknown) => String(error));
    if (typeof seen === 'string') throw new Error(seen);
    expect([status, 414]).toContain(seen.status);
    expect(seen.headers['x-injected']).toBeUndefined();
    expect(seen.headers['content-disposition']).toBeUndefined();
    expectNoPage(seen);
    if (status !== 200) return;
    // Its last byte may be sent before it is stored.
    await expect
      .poll(
        async () => Object.values((await server.manifest()).entries).map((entry) => entry.filename),
        patience,
      )
      .toContain(filename);
  });

  it.each([
    `/api/cache/image?path=${encodeURIComponent(script)}`,
    `/api/cache/image?url=${encodeURIComponent(script)}`,
    `/api/cache/${encodeURIComponent(script)}`,
    `/${encodeURIComponent(script)}`,
    `/api/cache/image?url=${encodeURIComponent(`http://127.0.0.1/${script}`)}`,
  ])('no error is a page, and none repeats markup: %s', async (target) => {
    const seen = await server.get(target);
    expect(seen.status).toBeGreaterThanOrEqual(400);
    expectNoPage(seen);
    expect(seen.text).not.toContain('<script');
  });
});
