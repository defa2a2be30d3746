// Origins over TLS: HTTP/2 where it is spoken, and only certificates that are trusted.
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { TlsOrigin } from '../../support/tls-origin.ts';
import { picture } from '../../support/pictures.ts';

let body: Buffer;
let server: CacheServer | undefined;
let origin: TlsOrigin | undefined;

beforeAll(async () => {
  body = await picture(1);
});
afterEach(async () => {
  await server?.stop();
  await origin?.stop();
});

async function start(http2: boolean, env = (ca: string) => ({ AWS_CA_BUNDLE: ca })) {
  origin = await TlsOrigin.start({ body, http2 });
  server = await CacheServer.start({ args: ['--origin', origin.url], env: env(origin.caFile) });
  return { origin, server };
}

function urls(of: TlsOrigin, count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) => `${of.url}/${from + i}.jpg`);
}

describe('an origin over TLS', () => {
  it('that speaks HTTP/2 is asked in HTTP/2, and its downloads share connections', async () => {
    const { origin, server } = await start(true);
    await server.prefetch('0001', urls(origin, 40));
    const first = origin.connections;
    expect(first).toBeLessThanOrEqual(16);
    const report = await server.prefetch('0001', urls(origin, 40, 40));
    expect(report.cached).toBe(40);
    expect(origin.versions).toEqual(Array<string>(80).fill('2.0'));
    expect(origin.connections).toBe(first);
  });

  it('that speaks HTTP/1.1 only is asked on several connections at once', async () => {
    const { origin, server } = await start(false);
    const report = await server.prefetch('0001', urls(origin, 40));
    expect(report.cached).toBe(40);
    expect(origin.versions).toEqual(Array<string>(40).fill('1.1'));
    expect(origin.connections).toBeGreaterThan(1);
    expect(origin.connections).toBeLessThanOrEqual(16);
  });

  it('whose certificate nobody vouches for is asked once, and not believed', async () => {
    const { origin, server } = await start(true, () => ({ AWS_CA_BUNDLE: '' }));
    const { results } = await server.prefetch('0001', urls(origin, 1));
    expect(results).toMatchObject([{ status: 'failed', error: 'origin-unavailable' }]);
    expect(results[0]?.detail).toMatch(/certificate/);
    expect(origin.versions).toEqual([]);
  });
});
