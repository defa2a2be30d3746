// --server-timing, for the browser's own tools.
import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { throughTarget } from '../../support/read-through.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';

let origin: ScriptedOrigin;
let body: Buffer;
beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  body = await picture(1);
});
afterAll(() => origin.stop());

it('says what a miss has waited for, and that a hit is one', async () => {
  const server = await CacheServer.start({
    args: ['--origin', origin.url, '--server-timing', '--threads', '1'],
  });
  const url = origin.on('/a.jpg', answer(200, body));
  const miss = await server.get(throughTarget(url));
  expect(miss.headers['server-timing']).toMatch(
    /^cache;desc=miss, queue;dur=\d+\.\d, origin;dur=\d+\.\d$/,
  );
  const path = await server.cache('0001', url);
  const target = imageTarget(path);
  expect((await server.get(target)).headers['server-timing']).toMatch(
    /^disk;dur=\d+\.\d\d, cache;desc=hit$/,
  );
  const again = await server.get(target);
  expect(again.headers['server-timing']).toBe('cache;desc=hit');
  // Pages of other origins read it only where they are allowed to.
  expect(again.headers['timing-allow-origin']).toBe('http://localhost:5173');
  const { etag = '' } = again.headers;
  const unchanged = await server.get(target, { 'if-none-match': etag });
  expect(unchanged.status).toBe(304);
  expect(unchanged.headers['server-timing']).toBe('cache;desc=hit');
  await server.stop();
});

it('is off unless it is asked for', async () => {
  const server = await CacheServer.start({ args: ['--origin', origin.url] });
  const url = origin.on('/a.jpg', answer(200, body));
  expect((await server.get(throughTarget(url))).headers).not.toHaveProperty('server-timing');
  expect((await server.get(throughTarget(url))).headers).not.toHaveProperty('server-timing');
  await server.stop();
});
