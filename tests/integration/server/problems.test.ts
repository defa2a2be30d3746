// Requests for what there is not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { expectProblem } from '../../support/problems.ts';

let server: CacheServer;

beforeAll(async () => {
  server = await CacheServer.start();
});
afterAll(() => server.stop());

describe('an endpoint that there is not', () => {
  it.each([
    '/api',
    '/api/cache',
    '/api/cache/',
    '/api/cache/nothing',
    '/api/cache/manifest/',
    '/api/cache/manifest/x',
    '/api/cache/manifest%20',
    '/API/cache/manifest',
    '//api/cache/manifest',
    '/api/../metrics/x',
    '/etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%00',
  ])('is answered not-found (%s)', async (target) => {
    expectProblem(await server.get(target), 404, 'not-found');
  });
});

describe('a method that an endpoint does not know', () => {
  const table: [string, string, string[]][] = [
    ['POST', '/api/cache/manifest', ['GET', 'HEAD']],
    ['DELETE', '/api/cache/image', ['GET', 'HEAD']],
    ['PUT', '/api/cache/exists', ['GET']],
    ['GET', '/api/cache/prefetch', ['POST']],
    ['GET', '/api/cache/invalidate', ['POST']],
    ['GET', '/api/cache/clear/0001', ['POST']],
    ['GET', '/api/cache/clear-all', ['POST']],
    ['DELETE', '/api/cache/clear-all', ['POST']],
    ['POST', '/api/cache/stats', ['GET']],
    ['POST', '/metrics', ['GET']],
    ['POST', '/healthz', ['GET']],
    ['PATCH', '/readyz', ['GET']],
  ];
  it.each(table)('%s %s is answered with what it does know', async (method, target, allowed) => {
    const answer = await server.send(target, { method });
    expectProblem(answer, 405, 'method-not-allowed');
    const allow = (answer.headers.allow ?? '').split(/, */);
    expect(allow).toEqual(expect.arrayContaining(allowed));
    expect(allow).not.toContain(method);
  });
});

describe('a problem', () => {
  it('is not stored by anybody and has no body for HEAD', async () => {
    const answer = await server.get('/api/cache/image?path=wrong');
    expect(answer.headers['cache-control']).toMatch(/no-store/);
    const head = await server.send('/api/cache/image?path=wrong', { method: 'HEAD' });
    expect(head.status).toBe(400);
    expect(head.body).toHaveLength(0);
  });

  it('is sent as text that no browser takes for a page', async () => {
    const answer = await server.get(
      '/api/cache/image?path=<script>alert(1)</script>'.replaceAll(' ', '%20'),
    );
    expectProblem(answer, 400, 'invalid-path');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });
});
