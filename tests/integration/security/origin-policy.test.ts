// Which origins may be fetched, and which addresses may be connected to (design rule 7).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { ownAddress, ownName } from '../../support/own-name.ts';
import { picture } from '../../support/pictures.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';

/** Whether this machine's name leads to where a ScriptedOrigin listens. */
const hasOwnName = ownAddress === '127.0.0.1';

let origin: ScriptedOrigin;
let url: string;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  url = origin.on('/secret.jpg', answer(200, await picture(1)));
});
afterAll(() => origin.stop());

const port = (): string => new URL(origin.url).port;

describe('with the defaults', () => {
  let server: CacheServer;
  beforeAll(async () => {
    server = await CacheServer.start();
  });
  afterAll(() => server.stop());

  it.each([
    () => `http://127.0.0.1:${port()}/secret.jpg`,
    () => `http://localhost:${port()}/secret.jpg`,
    () => `http://[::1]:${port()}/secret.jpg`,
    () => `http://[::ffff:127.0.0.1]:${port()}/secret.jpg`,
    () => `http://127.1:${port()}/secret.jpg`,
    () => `http://2130706433:${port()}/secret.jpg`,
    () => `http://0x7f.0.0.1:${port()}/secret.jpg`,
    () => 'http://169.254.169.254/latest/meta-data/',
    () => 'http://[fe80::1]/a.jpg',
    () => 'http://10.0.0.1/a.jpg',
    () => 'http://metadata.google.internal/a.jpg',
    () => 'https://example.com/a.jpg',
    () => 'http://s3.amazonaws.com/training/a.jpg', // https only
    () => 'https://s3.amazonaws.com.evil.example/training/a.jpg',
    () => 'https://evil-s3.amazonaws.com.example/training/a.jpg',
    () => 'https://s3.amazonaws.com:8443/training/a.jpg',
    () => 'https://ec2.amazonaws.com/a.jpg',
  ])('an origin that is not S3 is refused (%#)', async (make) => {
    const report = await server.prefetch('0001', [make()]);
    expect(report.results[0], make()).toMatchObject({
      status: 'failed',
      error: 'origin-not-allowed',
      retryable: false,
    });
    expect(origin.connections).toBe(0);
  });
});

describe('with --origin', () => {
  it('only what matches scheme, host and port is fetched', async () => {
    const server = await CacheServer.start({ args: ['--origin', origin.url] });
    const refused = [
      url.replace('http:', 'https:'),
      url.replace('127.0.0.1', 'localhost'),
      url.replace(`:${port()}`, ''),
      url.replace(`:${port()}`, ':1'),
      url.replace('127.0.0.1', '127.0.0.1.evil.example'),
      'https://s3.amazonaws.com/training/a.jpg',
    ];
    const report = await server.prefetch('0001', [url, ...refused]);
    expect(report.results.map((result) => result.error ?? result.status)).toEqual([
      'cached',
      ...refused.map(() => 'origin-not-allowed'),
    ]);
    expect(await server.stop()).toBe(0);
  });

  it('a name that leads to an address of this machine is refused when it is connected to', async () => {
    // The pattern covers the name, and the name resolves to loopback: that is not the operator's word.
    const server = await CacheServer.start({ args: ['--origin', `http://*.localhost:${port()}`] });
    const before = origin.connections;
    const report = await server.prefetch('0001', [`http://rebound.localhost:${port()}/secret.jpg`]);
    expect(report.results[0]).toMatchObject({ status: 'failed', error: 'origin-not-allowed' });
    expect(origin.connections).toBe(before);
    expect(await server.stop()).toBe(0);
  });

  it('a name below localhost is this machine when the operator wrote that very name', async () => {
    const server = await CacheServer.start({
      args: ['--origin', `http://named.localhost:${port()}`],
    });
    const report = await server.prefetch('0001', [`http://named.localhost:${port()}/secret.jpg`]);
    expect(report.results[0]).toMatchObject({ status: 'cached' });
    expect(await server.stop()).toBe(0);
  });

  // To the policy it is a name like any other.
  it.skipIf(!hasOwnName)(
    'a name that leads into this machine is refused, and the log says how to allow it',
    async () => {
      const named = `http://${ownName}:${port()}`;
      const args = ['--origin', named];
      const server = await CacheServer.start({ args });
      const before = origin.connections;
      const { results } = await server.prefetch('0001', [`${named}/secret.jpg`]);
      expect(results[0]).toMatchObject({ error: 'origin-not-allowed', retryable: false });
      expect(results[0]?.detail).not.toContain('127.0.');
      expect(origin.connections).toBe(before);
      await until('the log says what to do', () =>
        /Not connected to 127\.\S+ for .*--origin-address 127\./.test(server.stderr),
      );
      expect(await server.stop()).toBe(0);

      const allowing = await CacheServer.start({
        args: [...args, '--origin-address', '127.0.0.0/8'],
      });
      const report = await allowing.prefetch('0001', [`${named}/secret.jpg`]);
      expect(report.results[0]).toMatchObject({ status: 'cached' });
      expect(await allowing.stop()).toBe(0);
    },
  );
});
