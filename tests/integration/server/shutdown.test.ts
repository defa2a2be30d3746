// SIGTERM: no new connections, what has begun is finished, exit code 0.
import { connect } from 'node:net';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { expectProblemBody } from '../../support/problems.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, held } from '../../support/scripts.ts';
import { Gate, until } from '../../support/until.ts';

let origin: ScriptedOrigin;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
});
afterAll(() => origin.stop());

function refusesConnections(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

it('a request that has begun is answered', async () => {
  const gate = new Gate();
  const url = origin.on('/slow.jpg', held(gate, answer(200, await picture(1))));
  const server = await CacheServer.start({ args: ['--origin', origin.url] });
  const report = server.prefetch('0001', [url]);
  await until('the download', () => origin.requestsFor('/slow.jpg') === 1);
  server.terminate();
  await until('new connections to be refused', () => refusesConnections(server.origin));
  gate.open();
  expect((await report).results[0]).toMatchObject({ status: 'cached' });
  expect(await server.exited).toBe(0);

  const again = await CacheServer.start({ cacheDir: server.cacheDir });
  expect(Object.keys((await again.manifest()).entries)).toEqual([url]);
  await again.stop();
});

it('while what has begun is finished, it says that it is not ready', async () => {
  const gate = new Gate();
  const url = origin.on('/held.jpg', held(gate, answer(200, await picture(2))));
  const server = await CacheServer.start({ args: ['--origin', origin.url] });
  const report = server.prefetch('0001', [url]);
  await until('the download', () => origin.requestsFor('/held.jpg') === 1);
  // The second request has begun, so its connection is kept.
  const connection = await RawConnection.open(server.origin);
  connection.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /readyz HTTP/1.1\r\n');
  expect((await connection.read()).status).toBe(200);

  server.terminate();
  await until('new connections to be refused', () => refusesConnections(server.origin));
  connection.write('Host: localhost\r\n\r\n');
  const draining = await connection.read();
  expect(draining.status).toBe(503);
  expect(draining.headers['connection']).toBe('close');
  expectProblemBody(draining.body, 503, 'shutting-down');
  gate.open();
  expect((await report).cached).toBe(1);
  expect(await server.exited).toBe(0);
});

it.each(['SIGTERM', 'SIGINT'] as const)(
  'connections that say nothing do not keep it from exiting on %s',
  async (signal) => {
    const server = await CacheServer.start();
    const silent = await RawConnection.open(server.origin);
    const idle = await RawConnection.open(server.origin);
    idle.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await idle.read();
    const partial = await RawConnection.open(server.origin);
    partial.write('GET /healthz HT');
    process.kill(server.pid, signal);
    expect(await server.exited).toBe(0);
    await Promise.all([silent.closed, idle.closed, partial.closed]);
  },
);

it('a second server on the same folder is refused until the first has gone', async () => {
  const first = await CacheServer.start();
  await expect(CacheServer.start({ cacheDir: first.cacheDir })).rejects.toThrow(
    /exit code 1: .*\S/,
  );
  expect((await first.get('/healthz')).status).toBe(200);
  await first.stop();
  const second = await CacheServer.start({ cacheDir: first.cacheDir });
  expect(await second.stop()).toBe(0);
});

it('with --exit-with-parent it ends with who has started it, who may be killed', async () => {
  // A shell that waits for it.
  const wrapper = ['sh', '-c', '"$@" & wait', 'sh'];
  const first = await CacheServer.start({ wrapper, args: ['--exit-with-parent'] });
  await first.kill();
  await until('new connections to be refused', () => refusesConnections(first.origin));
  // Nobody holds the folder any more, so the next one can have it.
  const second = await until('the folder', () =>
    CacheServer.start({ cacheDir: first.cacheDir }).catch(() => undefined),
  );
  expect(await second.stop()).toBe(0);
});
