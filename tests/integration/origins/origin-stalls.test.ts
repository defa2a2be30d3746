// Alone in its file: the server gives a stalled origin 20 s, twice when nobody waits for the picture,
// and the other files run meanwhile.
import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { pictureFiles } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, halfThen, held } from '../../support/scripts.ts';
import { Gate } from '../../support/until.ts';

let origin: ScriptedOrigin;
let server: CacheServer;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  server = await CacheServer.start({ args: ['--origin', origin.url] });
});
afterAll(async () => {
  await server.stop();
  await origin.stop();
});

it(
  'gives up an origin that stalls, before its answer or in the middle of it',
  { timeout: 80_000 },
  async () => {
    const never = new Gate();
    const body = await picture(1);
    const silent = origin.on('/silent.jpg', held(never, answer(200, body)));
    const stalled = origin.on('/stalled.jpg', halfThen(never, body));
    const quick = origin.on('/quick.jpg', answer(200, body));
    const report = await server.prefetch('0001', [silent, stalled, quick]);
    expect(report.results).toMatchObject([
      { status: 'failed', error: 'origin-timeout', retryable: true },
      { status: 'failed', error: 'origin-timeout', retryable: true },
      { status: 'cached' },
    ]);
    expect(origin.requestsFor('/silent.jpg')).toBe(2);
    expect(origin.requestsFor('/stalled.jpg')).toBe(1); // no ETag to go on with
    expect(await pictureFiles(server.cacheDir)).toHaveLength(1);
    never.open();
  },
);
