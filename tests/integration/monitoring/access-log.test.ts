// --access-log: what is in it, what is not, and how it is rotated.
import { existsSync } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { expectNoSecret, presigned } from '../../support/canaries.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { throughTarget } from '../../support/read-through.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';

let origin: ScriptedOrigin;
let body: Buffer;
beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  body = await picture(1);
});
afterAll(() => origin.stop());

const start = (file: string, format: string): Promise<CacheServer> =>
  CacheServer.start({
    args: ['--origin', origin.url, '--access-log', file, '--access-log-format', format],
  });

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}

const awaitLines = (file: string, count: number): Promise<string[]> =>
  until(`${count} lines in the access log`, async () => {
    const lines = await linesOf(file);
    return lines.length >= count ? lines : undefined;
  });

it('has a line for every request, those served from memory too', async () => {
  const file = join(temporaryFolder(), 'access.log');
  const server = await start(file, 'json');
  const path = await server.cache('0001', origin.on('/a.jpg', answer(200, body)));
  for (let i = 0; i < 3; ++i) await server.get(imageTarget(path), { 'user-agent': 'test/1' });
  await server.get(imageTarget(path), { range: 'bytes=0-9', referer: 'http://a.example/p?x=y' });
  await server.send(imageTarget(path), { method: 'HEAD' });
  await server.get('/nowhere');
  await server.get(throughTarget(origin.on('/b.jpg', answer(200, body))));
  await server.stop();

  const lines = (await linesOf(file)).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ method, status, bytes }) => [method, status, bytes])).toEqual([
    ['POST', 200, expect.any(Number)],
    ['GET', 200, body.length],
    ['GET', 200, body.length],
    ['GET', 200, body.length],
    ['GET', 206, 10],
    ['HEAD', 200, 0],
    ['GET', 404, expect.any(Number)],
    ['GET', 200, body.length],
  ]);
  for (const line of lines) {
    expect(line).toMatchObject({ client: '127.0.0.1', version: 'HTTP/1.1', whole: true });
    expect(Math.abs(Date.parse(String(line['time'])) - Date.now())).toBeLessThan(60_000);
    expect(line['duration_ms']).toBeGreaterThanOrEqual(0);
  }
  expect(lines[1]).toMatchObject({ target: imageTarget(path), user_agent: 'test/1' });
  expect(lines[4]).toMatchObject({ referer: 'http://a.example/p' });
});

it('is what Apache and nginx write', async () => {
  const file = join(temporaryFolder(), 'access.log');
  const server = await start(file, 'combined');
  await server.get('/healthz', { 'user-agent': 'say "hi" \\ \u00e9' });
  await server.stop();
  expect(await linesOf(file)).toEqual([
    expect.stringMatching(
      /^127\.0\.0\.1 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/healthz HTTP\/1\.1" 200 \d+ "-" "say \\x22hi\\x22 \\x5C (\\x[0-9A-F]{2})+"$/,
    ),
  ]);
});

it.each(['combined', 'json'])('holds no secret (%s)', async (format) => {
  const file = join(temporaryFolder(), 'access.log');
  const server = await start(file, format);
  const url = presigned(origin.on('/signed.jpg', answer(200, body)));
  await server.get(throughTarget(url), { referer: url });
  // As somebody sends it who has not encoded it, and as a path.
  await server.get(`/api/cache/image?url=${url}`);
  await server.get(`/${encodeURIComponent(url)}`);
  // In the wrong place, encoded once too often, or in the address of a page.
  const twice = encodeURIComponent(encodeURIComponent(url));
  await server.get(imageTarget(url));
  await server.get(`${throughTarget(origin.on('/c.jpg', answer(200, body)))}&filename=${twice}`);
  await server.get(`/api/cache/image?url=${twice}`);
  await server.get(`/${twice}`);
  await server.get('/healthz', { referer: `${server.origin}/view/${encodeURIComponent(url)}` });
  await server.get(`/healthz?access_token=${encodeURIComponent(url)}`);
  await server.stop();
  const text = (await linesOf(file)).join('\n');
  expect(text).toContain('signed.jpg');
  expect(text).toContain('X-Amz-Signature=-');
  expectNoSecret('the access log', text);
});

it('goes on in a new file when the old one is renamed', async () => {
  const file = join(temporaryFolder(), 'access.log');
  const server = await start(file, 'combined');
  await server.get('/healthz?path=first');
  await awaitLines(file, 1);
  await rename(file, `${file}.1`);
  await server.get('/healthz?path=second');
  expect(await awaitLines(file, 1)).toEqual([expect.stringContaining('second')]);
  expect(await linesOf(`${file}.1`)).toEqual([expect.stringContaining('first')]);
  await server.stop();
});

it('has opened the new file when it was told to, though nobody asks for anything', async () => {
  const file = join(temporaryFolder(), 'access.log');
  const server = await start(file, 'combined');
  await server.get('/healthz?path=first');
  await awaitLines(file, 1);
  await rename(file, `${file}.1`);
  await server.reload();
  await until('the new file', () => existsSync(file));
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  await server.get('/healthz?path=second');
  expect(await awaitLines(file, 1)).toEqual([expect.stringContaining('second')]);
  expect(await linesOf(`${file}.1`)).toEqual([expect.stringContaining('first')]);
  await server.stop();
});

it('says what to do when the file cannot be written', async () => {
  const result = await run(['serve', '--listen', '127.0.0.1:0', '--access-log', '/nowhere/a.log']);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('--access-log: cannot write /nowhere/a.log');
});
