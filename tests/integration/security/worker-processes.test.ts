// What the processes that decode pictures get of the server's own: nothing.
import { readdirSync, readlinkSync } from 'node:fs';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { picture } from '../../support/pictures.ts';
import { childrenOf } from '../../support/process-state.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { S3 } from '../../support/s3.ts';
import { within } from '../../support/until.ts';

let s3: S3;
let server: CacheServer;

beforeAll(async () => {
  s3 = await S3.start();
  server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint, '--debuggable'] });
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

// To others than root the kernel does not show it.
it.skipIf(process.getuid?.() !== 0)(
  'none of the connections that were open when it was started',
  async () => {
    const url = await s3.put('0001/a.jpg', await picture(1, 'jpeg', 640));
    const target = imageTarget(await server.cache('0001', url));
    const connection = await RawConnection.open(server.origin);
    connection.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect((await connection.read()).status).toBe(200);

    const smaller = await server.get(`${target}&w=256`);
    expect(smaller.status).toBe(200);
    const workers = await childrenOf(server.pid);
    expect(workers).toHaveLength(1);
    connection.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect((await connection.read()).status).toBe(200);
    await within('the end of a connection', connection.closed, 5_000);

    const [worker] = workers;
    const open = readdirSync(`/proc/${worker}/fd`).map((fd) => [
      fd,
      readlinkSync(`/proc/${worker}/fd/${fd}`).replace(/:.*/, ''),
    ]);
    // Its errors go where the server's go; by the last it is told what to do.
    expect(Object.fromEntries(open)).toEqual({
      0: '/dev/null',
      1: '/dev/null',
      2: readlinkSync(`/proc/${server.pid}/fd/2`).replace(/:.*/, ''),
      3: 'socket',
    });
  },
);
