// GET /api/cache/errors.
import { afterAll, beforeAll, beforeEach, afterEach, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { expectNoSecret, presigned } from '../../support/canaries.ts';
import { throughTarget } from '../../support/read-through.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';

interface Noted {
  at: number;
  slug: string;
  title: string;
  detail: string;
  s3_url?: string;
  count: number;
}

let origin: ScriptedOrigin;
let server: CacheServer;
beforeAll(async () => {
  origin = await ScriptedOrigin.start();
});
afterAll(() => origin.stop());
beforeEach(async () => {
  server = await CacheServer.start({ args: ['--origin', origin.url] });
});
afterEach(() => server.stop());

async function errors(): Promise<Noted[]> {
  const response = await server.get('/api/cache/errors');
  expect(response.status).toBe(200);
  return (response.json() as { errors: Noted[] }).errors;
}

it('is empty at first', async () => {
  expect(await errors()).toEqual([]);
});

it('lists what failed, the newest first, with how often it came', async () => {
  const begun = Date.now();
  const missing = origin.on('/missing.jpg', answer(404, ''));
  const denied = origin.on('/denied.jpg', answer(403, ''));
  await server.prefetch('0001', [missing]);
  await server.prefetch('0001', [denied]);
  await server.prefetch('0001', [missing]);
  const [first, second, ...rest] = await errors();
  expect(first).toMatchObject({ slug: 'origin-not-found', s3_url: missing, count: 2 });
  expect(first?.at).toBeGreaterThanOrEqual(begun);
  expect(second).toMatchObject({
    slug: 'origin-denied',
    title: 'The origin refused the request',
    s3_url: denied,
    count: 1,
  });
  expect(rest).toEqual([]);
});

it('tells of an origin that is not allowed, by its host', async () => {
  await server.get(throughTarget('https://elsewhere.example/a/b.jpg'));
  await server.get(throughTarget('https://elsewhere.example/c.jpg'));
  expect(await errors()).toMatchObject([
    { slug: 'origin-not-allowed', s3_url: 'https://elsewhere.example', count: 2 },
  ]);
});

it('tells no secret, and keeps fifty kinds', async () => {
  await server.prefetch('0001', [presigned(origin.on('/signed.jpg', answer(403, '')))]);
  const noted = await errors();
  expect(noted).toHaveLength(1);
  expectNoSecret('the errors', JSON.stringify(noted));
  const urls = Array.from({ length: 60 }, (_, i) => origin.on(`/${i}.jpg`, answer(404, '')));
  await server.prefetch('0001', urls);
  expect(await errors()).toHaveLength(50);
});
