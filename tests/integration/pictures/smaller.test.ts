// Smaller pictures on demand: what they look like, that each is made once and kept, and that no picture is ever
// hidden because it cannot be made smaller.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblem } from '../../support/problems.ts';
import { childrenOf } from '../../support/process-state.ts';
import { throughTarget } from '../../support/read-through.ts';
import { S3 } from '../../support/s3.ts';
import { until } from '../../support/until.ts';

let s3: S3;
let server: CacheServer;

beforeAll(async () => {
  s3 = await S3.start();
  // Each is made when it is asked for: what is made before is smaller-ahead.test.ts's.
  const args = ['--s3-endpoint', s3.endpoint, '--image-widths-ahead', '0'];
  server = await CacheServer.start({ args });
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

/** The target of a picture of its own, cached already. */
async function cached(key: string, bytes: Buffer, on = server): Promise<string> {
  const [actorId = ''] = key.split('/');
  return imageTarget(await on.cache(actorId, await s3.put(key, bytes)));
}

interface SmallerStats {
  smaller: { pictures: number; made: number; as_they_are: number; failed: number };
}
const smallerStats = async (on = server) => ((await on.stats()) as unknown as SmallerStats).smaller;

interface VerifyReport {
  state: string;
  findings: Record<string, { examples: string[] }>;
  findings_left: number;
}

async function savedSeconds(on: CacheServer): Promise<number> {
  const { text } = await on.get('/metrics');
  return Number(/^image_cache_saved_seconds_total (\S+)$/m.exec(text)?.[1]);
}

const filesOf = (on: CacheServer, actorId: string): string[] => {
  const folder = join(on.cacheDir, 'smaller', actorId);
  return existsSync(folder) ? readdirSync(folder) : [];
};

const immutable = 'public, max-age=31536000, immutable';

describe('GET /api/cache/image?path=…&w=', () => {
  it('gives a JPEG of that width, with the headers of any picture', async () => {
    const target = await cached('wide/a.jpg', await picture(1, 'jpeg', 640));
    const answer = await server.get(`${target}&w=256`);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(answer.body.length),
      'accept-ranges': 'bytes',
      'cache-control': immutable,
      'cache-status': 'ImageCache; hit',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/\.w256\.[0-9a-f]{16}\.jpg"$/),
    });
    expect(await sharp(answer.body).metadata()).toMatchObject({ width: 256, height: 256 });
    const again = await server.get(`${target}&w=256`);
    expect(again.body.equals(answer.body)).toBe(true);
    expect(again.headers['etag']).toBe(answer.headers['etag']);
  });

  it('knows conditions, ranges and HEAD', async () => {
    const target = `${await cached('http/a.jpg', await picture(2, 'jpeg', 640))}&w=128`;
    const head = await server.send(target, { method: 'HEAD' });
    const whole = await server.get(target);
    expect(head.headers['content-length']).toBe(String(whole.body.length));
    const same = await server.get(target, { 'if-none-match': whole.headers['etag'] ?? '' });
    expect(same.status).toBe(304);
    const part = await server.get(target, { range: 'bytes=10-19' });
    expect(part.status).toBe(206);
    expect(part.body.equals(whole.body.subarray(10, 20))).toBe(true);
  });

  it('keeps the proportions, and stands upright as the camera was held', async () => {
    const lying = await sharp(await picture(3, 'png', 800))
      .resize(800, 400, { fit: 'fill' })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const answer = await server.get(`${await cached('upright/a.jpg', lying)}&w=128`);
    const seen = await sharp(answer.body).metadata();
    expect([seen.width, seen.height, seen.orientation]).toEqual([128, 256, undefined]);
  });

  it('has the colours that the picture has, without its profile and other metadata', async () => {
    // The same green in a wider space; taken for sRGB it would be another.
    const green = sharp({
      create: { width: 600, height: 600, channels: 3, background: { r: 0, g: 200, b: 80 } },
    });
    const wide = await green
      .withIccProfile('p3')
      .withExif({ IFD0: { Artist: 'A' } })
      .jpeg()
      .toBuffer();
    const answer = await server.get(`${await cached('colour/a.jpg', wide)}&w=64`);
    const seen = await sharp(answer.body).metadata();
    expect([seen.icc, seen.exif]).toEqual([undefined, undefined]);
    const { channels } = await sharp(answer.body).stats();
    const [red = 0, green_ = 0, blue = 0] = channels.map(({ mean }) => mean);
    expect(Math.abs(red) + Math.abs(green_ - 200) + Math.abs(blue - 80)).toBeLessThan(15);
  });

  it.each([
    ['without a profile', (image: Sharp) => image.jpeg()],
    ['with the profile of sRGB', (image: Sharp) => image.withIccProfile('srgb').jpeg()],
    ['of sixteen bits', (image: Sharp) => image.toColourspace('rgb16').png()],
    ['of grey alone', (image: Sharp) => image.toColourspace('b-w').jpeg()],
  ])('is as dark as the picture: one %s', async (kind, encode) => {
    for (const grey of [16, 48, 128, 240]) {
      const flat = { r: grey, g: grey, b: grey };
      const image = sharp({ create: { width: 600, height: 600, channels: 3, background: flat } });
      const bytes = await encode(image).toBuffer();
      const target = await cached(`dark/${kind}-${grey}.jpg`, bytes);
      const answer = await server.get(`${target}&w=64`);
      expect(await sharp(answer.body).metadata()).toMatchObject({ width: 64 });
      const { channels } = await sharp(answer.body).stats();
      expect(Math.abs((channels[0]?.mean ?? NaN) - grey), `${grey}`).toBeLessThan(3);
    }
  });

  it('stays transparent where the picture is', async () => {
    const clear = await sharp({
      create: {
        width: 600,
        height: 600,
        channels: 4,
        background: { r: 9, g: 9, b: 9, alpha: 0.5 },
      },
    })
      .composite([{ input: await picture(4, 'png', 300) }])
      .png()
      .toBuffer();
    const answer = await server.get(`${await cached('clear/a.png', clear)}&w=128`);
    expect(answer.headers['content-type']).toBe('image/webp');
    expect(await sharp(answer.body).metadata()).toMatchObject({ width: 128, hasAlpha: true });
    const opaque = await sharp(await picture(5, 'png', 600))
      .ensureAlpha()
      .png()
      .toBuffer();
    const other = await server.get(`${await cached('clear/b.png', opaque)}&w=128`);
    expect(other.headers['content-type']).toBe('image/jpeg');
  });

  it('is made once, however many ask, and kept over a restart', async () => {
    const cacheDir = server.cacheDir + '-restart';
    let own = await CacheServer.start({ cacheDir, args: ['--s3-endpoint', s3.endpoint] });
    const target = `${await cached('once/a.jpg', await picture(6, 'jpeg', 1024), own)}&w=384`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => own.get(target)));
    const [first] = answers;
    for (const answer of answers) expect(answer.body.equals(first?.body ?? Buffer.of())).toBe(true);
    expect(await smallerStats(own)).toMatchObject({ made: 1, pictures: 1 });
    await own.stop();
    own = await CacheServer.start({ cacheDir, args: ['--s3-endpoint', s3.endpoint] });
    expect((await own.get(target)).body.equals(first?.body ?? Buffer.of())).toBe(true);
    expect(await smallerStats(own)).toMatchObject({ made: 0, pictures: 1 });
    // Nobody can tell a whole file from a damaged one after an unclean stop.
    await own.kill();
    own = await CacheServer.start({ cacheDir, args: ['--s3-endpoint', s3.endpoint] });
    expect(await smallerStats(own)).toMatchObject({ pictures: 0 });
    expect((await own.get(target)).headers['content-type']).toBe('image/jpeg');
    expect(await smallerStats(own)).toMatchObject({ made: 1, pictures: 1 });
    await own.stop();
  });

  it('goes with its picture', async () => {
    const target = `${await cached('gone/a.jpg', await picture(7, 'jpeg', 640))}&w=64`;
    expect((await server.get(target)).status).toBe(200);
    expect(filesOf(server, 'gone')).toHaveLength(1);
    await server.post('/api/cache/clear/gone');
    expectProblem(await server.get(target), 404, 'not-cached');
    await expect.poll(() => filesOf(server, 'gone')).toEqual([]);
  });

  it('is made again when somebody has removed its file', async () => {
    const target = `${await cached('removed/a.jpg', await picture(8, 'jpeg', 640))}&w=64`;
    const { body } = await server.get(target);
    rmSync(join(server.cacheDir, 'smaller'), { recursive: true });
    const askAgain = async () => {
      expect((await server.get(target)).status).toBe(200);
      return filesOf(server, 'removed').length;
    };
    await expect.poll(askAgain).toBe(1);
    expect((await server.get(target)).body.equals(body)).toBe(true);
  });
});

describe('a picture is served as it is', () => {
  it.each([
    ['that is not wider', 'narrow/a.jpg', () => picture(11, 'jpeg', 100)],
    ['of another format', 'other/a.avif', () => picture(12, 'avif', 400)],
    ['that moves', 'moving/a.webp', moving],
  ])('%s', async (_, key, make) => {
    const bytes = await make();
    const answer = await server.get(`${await cached(key, bytes)}&w=128`);
    expect(answer.status).toBe(200);
    expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.headers['cache-control']).toBe(immutable);
  });

  it('that is broken, and for a short time only', async () => {
    const bytes = await picture(13, 'jpeg', 400);
    // Its head is whole, so it is stored; most of its rows are not there.
    const broken = bytes.subarray(0, bytes.length / 3);
    const target = `${await cached('broken/a.jpg', broken)}&w=128`;
    const before = await smallerStats();
    for (let i = 0; i < 3; i += 1) {
      const answer = await server.get(target);
      expect(answer.body.equals(broken)).toBe(true);
      expect(answer.headers).toMatchObject({
        'cache-control': 'public, max-age=10',
        'cache-status': 'ImageCache; hit; detail=original',
      });
    }
    // Tried once, then remembered.
    expect((await smallerStats()).failed - before.failed).toBe(1);
  });

  it('where the option is off', async () => {
    const own = await CacheServer.start({
      args: ['--s3-endpoint', s3.endpoint, '--image-widths', 'off'],
    });
    const bytes = await picture(14, 'jpeg', 400);
    const target = await cached('off/a.jpg', bytes, own);
    for (const w of ['128', '7', 'x']) {
      const answer = await own.get(`${target}&w=${w}`);
      expect(answer.body.equals(bytes), w).toBe(true);
    }
    expect(await smallerStats(own)).toBeUndefined();
    expect(existsSync(join(own.cacheDir, 'smaller'))).toBe(false);
    await own.stop();
  });
});

describe('a width', () => {
  it('is one of the list', async () => {
    const target = await cached('list/a.jpg', await picture(15, 'jpeg', 640));
    for (const w of ['255', '0', '-1', '1e2', '99999999999', '', '128px', '../128']) {
      const answer = await server.get(`${target}&w=${encodeURIComponent(w)}`);
      expectProblem(answer, 400, 'invalid-width');
      expect(answer.text, w).toContain('64, 128, 256, 384, 640, 960, 1280');
    }
    expectProblem(await server.get(`${target}&w=64&w=128`), 400, 'invalid-request');
    expect(filesOf(server, 'list')).toEqual([]);
  });

  it('is asked for of a picture that is cached', async () => {
    const path = '.image-cache/images/0001/0001_0000000000000000.jpg';
    expectProblem(await server.get(`${imageTarget(path)}&w=128`), 404, 'not-cached');
    for (const w of ['128', '7']) {
      const answer = await server.get(`${imageTarget('../../etc/passwd')}&w=${w}`);
      expectProblem(answer, 400, 'invalid-path');
    }
  });
});

describe('GET /api/cache/image?url=…&w=', () => {
  it('gives a stored picture smaller, and one that comes from S3 as it is', async () => {
    const bytes = await picture(16, 'jpeg', 640);
    const url = await s3.put('url/a.jpg', bytes);
    const target = `/api/cache/image?url=${encodeURIComponent(url)}`;
    expectProblem(await server.get(`${target}&w=7`), 400, 'invalid-width');
    const first = await server.get(`${target}&w=128`);
    expect(first.body.equals(bytes)).toBe(true);
    const widthOf = async () =>
      (await sharp((await server.get(`${target}&w=128`)).body).metadata()).width;
    await expect.poll(widthOf).toBe(128);
    expect((await server.get(`${target}&w=128`)).headers['cache-control']).toBe('no-cache');
    expect((await server.get(target)).body.equals(bytes)).toBe(true);
  });

  it('fetches anew what somebody else has removed', async () => {
    const bytes = await picture(24, 'jpeg', 640);
    const url = await s3.put('vanished/a.jpg', bytes);
    const path = await server.cache('vanished', url);
    rmSync(join(server.cacheDir, path.replace('.image-cache/', '')));
    const answer = await server.get(`${throughTarget(url)}&w=128`);
    expect(answer.status).toBe(200);
    expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.headers['cache-status']).toBe('ImageCache; fwd=miss; stored');
  });

  it('fetches anew what is removed while a smaller one is made of it', async () => {
    const bytes = await picture(25, 'jpeg', 640);
    const url = await s3.put('removed/a.jpg', bytes);
    await server.cache('removed', url);
    await server.get(`${await cached('removed/b.jpg', await picture(26, 'jpeg', 640))}&w=128`);
    const workers = await childrenOf(server.pid);
    expect(workers).not.toEqual([]);
    for (const worker of workers) process.kill(worker, 'SIGSTOP');
    const answered = server.get(`${throughTarget(url)}&w=128`);
    const running = async (): Promise<number> =>
      Number(/^image_cache_smaller_running (\S+)$/m.exec((await server.get('/metrics')).text)?.[1]);
    await until('a smaller one is being made', async () => (await running()) === 1);
    expect((await server.post('/api/cache/invalidate', { s3_url: url })).status).toBe(200);
    for (const worker of workers) process.kill(worker, 'SIGCONT');
    const answer = await answered;
    expect(answer.status).toBe(200);
    expect(answer.body.equals(bytes)).toBe(true);
  });
});

describe('smaller pictures', () => {
  it('save the time that the whole picture would have taken', async () => {
    const own = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
    const target = await cached('saved/a.jpg', await picture(20, 'jpeg', 1024), own);
    const savedBy = async (asked: string): Promise<number> => {
      const before = await savedSeconds(own);
      expect((await own.get(asked)).status).toBe(200);
      return (await savedSeconds(own)) - before;
    };
    const whole = await savedBy(target);
    expect(whole).toBeGreaterThan(0);
    expect(await savedBy(`${target}&w=64`)).toBeCloseTo(whole, 6);
    await own.stop();
  });

  it('are removed by verify where they are damaged or nobody has them', async () => {
    const own = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
    const target = `${await cached('damaged/a.jpg', await picture(21, 'jpeg', 640), own)}&w=128`;
    const { body } = await own.get(target);
    const [name = ''] = filesOf(own, 'damaged');
    const file = join(own.cacheDir, 'smaller/damaged', name);
    const damaged = Buffer.from(body).fill(0, 200, 600);
    writeFileSync(file, damaged);
    const orphan = name.replace('.w128.', '.w384.');
    writeFileSync(join(own.cacheDir, 'smaller/damaged', orphan), body);
    const verified = async (repair: boolean): Promise<VerifyReport> => {
      await own.post('/api/cache/verify', { repair });
      const report = async () => (await own.get('/api/cache/verify')).json() as VerifyReport;
      await expect.poll(async () => (await report()).state).toBe('done');
      return report();
    };
    const seen = await verified(false);
    expect(seen.findings_left).toBe(2);
    expect(seen.findings['smaller']?.examples).toEqual([`smaller/damaged/${name}`]);
    expect(seen.findings['orphans']?.examples).toEqual([`smaller/damaged/${orphan}`]);
    expect((await verified(true)).findings_left).toBe(0);
    expect(filesOf(own, 'damaged')).toEqual([]);
    const askAgain = async () => (await own.get(target)).body.equals(body);
    await expect.poll(askAgain).toBe(true);
    await own.stop();
  });

  it('are no pictures of the manifest, and nothing that verify minds', async () => {
    const own = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
    await own.get(`${await cached('verify/a.jpg', await picture(17, 'jpeg', 640), own)}&w=128`);
    expect(Object.keys((await own.manifest()).entries)).toHaveLength(1);
    expect(filesOf(own, 'verify')).toHaveLength(1);
    await own.post('/api/cache/verify');
    const report = async () => (await own.get('/api/cache/verify')).json() as { state: string };
    await expect.poll(async () => (await report()).state).toBe('done');
    expect(await report()).toMatchObject({ findings_left: 0 });
    await own.stop();
  });
});

/** Two frames. */
async function moving(): Promise<Buffer> {
  const frames = [await picture(18, 'png', 400), await picture(19, 'png', 400)];
  return sharp(frames, { join: { animated: true } })
    .webp({ delay: [100, 100] })
    .toBuffer();
}
