// What systemd and the server tell each other: readiness, reloads, the socket that was opened for it.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { binary } from '../../support/binary.ts';
import { CacheServer } from '../../support/cache-server.ts';
import { run } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/files.ts';
import { freePort } from '../../support/free-port.ts';
import { NotifySocket } from '../../support/notify-socket.ts';
import { until } from '../../support/until.ts';

it.each([
  ['a file', undefined],
  ['a name without a file', `@image-cache-test-${process.pid}`],
])('it is told when the server is ready, reloads and stops: through %s', async (_, address) => {
  const manager = await NotifySocket.open(address);
  const server = await CacheServer.start({ env: { NOTIFY_SOCKET: manager.address } });
  await until('readiness', () => manager.told.length === 1);
  expect(manager.told).toEqual(['READY=1']);
  expect((await server.get('/healthz')).status).toBe(200);
  await server.reload();
  await until('the reload', () => manager.told.length === 3);
  expect(manager.told[1]).toMatch(/^RELOADING=1 MONOTONIC_USEC=\d+$/);
  expect(manager.told[2]).toBe('READY=1');
  expect(await server.stop()).toBe(0);
  await until('the end', () => manager.told[3] === 'STOPPING=1');
  await manager.close();
});

it('is told again and again that the event loops go round, when it waits for that', async () => {
  const start = async (env: Record<string, string>): Promise<[NotifySocket, CacheServer]> => {
    const manager = await NotifySocket.open();
    const args = ['--threads', '2'];
    const own = { NOTIFY_SOCKET: manager.address };
    return [manager, await CacheServer.start({ args, env: { ...own, ...env } })];
  };
  const others = await Promise.all([
    start({}),
    start({ WATCHDOG_USEC: 'soon' }),
    start({ WATCHDOG_USEC: '3000000', WATCHDOG_PID: '1' }), // another process is watched
  ]);
  const [watching, watched] = await start({ WATCHDOG_USEC: '3000000' });
  const alive = ({ told }: NotifySocket): number =>
    told.filter((state) => state === 'WATCHDOG=1').length;
  await until('three words', () => alive(watching) >= 3);
  expect(await watched.stop()).toBe(0);
  await watching.close();
  for (const [manager, server] of others) {
    expect(await server.stop()).toBe(0);
    await until('the end', () => manager.told.at(-1) === 'STOPPING=1');
    expect(manager.told).toEqual(['READY=1', 'STOPPING=1']);
    await manager.close();
  }
});

it.each(['/nonexistent/notify', 'not-an-address', `/${'x'.repeat(200)}`])(
  'nobody listens at %s: the server runs all the same',
  async (address) => {
    const server = await CacheServer.start({ env: { NOTIFY_SOCKET: address } });
    expect((await server.get('/healthz')).status).toBe(200);
    expect(await server.stop()).toBe(0);
  },
);

it('the socket that systemd has opened is served from, whatever --listen says', async () => {
  const port = await freePort();
  const starting = CacheServer.start({
    wrapper: ['systemd-socket-activate', '--listen', `127.0.0.1:${port}`],
    listen: '192.0.2.1:1',
    args: ['--min-free', '1MiB', '--threads', '3'],
  });
  // It starts the server for the first who connects.
  await until(
    'a connection',
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('error', () => resolve(false));
        socket.once('connect', () => {
          socket.destroy();
          resolve(true);
        });
      }),
  );
  const server = await starting;
  expect(server.origin).toBe(`http://127.0.0.1:${port}`);
  const answers = await Promise.all(Array.from({ length: 30 }, () => server.get('/healthz')));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  // The other subcommands find it, and the variables are nobody else's.
  const stats = await run(['stats', '--json', '--cache-dir', server.cacheDir]);
  expect(stats.code).toBe(0);
  const opened = await readFile(join('/proc', String(server.pid), 'net/tcp'), 'utf8');
  expect(opened).toContain(`0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`);
  expect(await server.stop()).toBe(0);
});

/** The server with `descriptor` as its number 3, as a manager hands it over. */
async function startWith(descriptor: number | 'pipe'): Promise<{ code: number; stderr: string }> {
  const script = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"';
  const args = ['serve', '--min-free', '1MiB', '--cache-dir', join(temporaryFolder(), 'cache')];
  const child = spawn('sh', ['-c', script, 'sh', binary, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', descriptor],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number>((resolve) => child.once('close', resolve));
  return { code, stderr };
}

it('what is no listening socket is refused in words', async () => {
  const refused = await startWith('pipe');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    'cannot listen on the socket of the service manager: it is not a TCP socket that listens',
  );
});

it('variables that were meant for another process are ignored', async () => {
  const server = await CacheServer.start({ env: { LISTEN_PID: '1', LISTEN_FDS: '1' } });
  expect((await server.get('/healthz')).status).toBe(200);
  expect(await server.stop()).toBe(0);
});
