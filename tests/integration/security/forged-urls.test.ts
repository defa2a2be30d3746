// URLs that only look as if they might be fetched. Each row of forged-urls.json is asked for in every
// way that makes the server fetch, and nobody listening on loopback may notice.
import { createServer, type AddressInfo, type Server } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { pictureFiles } from '../../support/files.ts';
import { ownAddress, ownName } from '../../support/own-name.ts';
import { expectProblem } from '../../support/problems.ts';
import { forgedUrls, type ForgedUrl } from './forged-urls.ts';

/** Counts who connects, and hangs up on them. */
class Trap {
  connections = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((socket) => {
      this.connections += 1;
      socket.on('error', () => undefined).destroy();
    });
  }

  static async listen(host: string): Promise<Trap> {
    const trap = new Trap();
    await new Promise<void>((resolve) => trap.#server.listen(0, host, resolve));
    return trap;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
  }
}

// On every address of the machine: 127.8.8.8 and 0.0.0.0 lead to it, too.
const trap = await Trap.listen('0.0.0.0');
const trap6 = await Trap.listen('::1');

function fill(text: string): string {
  return text
    .replaceAll('{PORT}', String(trap.port))
    .replaceAll('{PORT6}', String(trap6.port))
    .replaceAll('{WRAPPED_PORT}', String(trap.port + 65536))
    .replaceAll('{HOSTNAME}', ownName);
}

afterAll(() => {
  trap.stop();
  trap6.stop();
});

const connections = (): number => trap.connections + trap6.connections;

/** Whether this machine knows itself by name, and not by an address that anybody may have. */
const hasOwnName = /^(127|10|192\.168)\.|^::1$/.test(ownAddress);

const groups = new Map<string, ForgedUrl[]>();
for (const row of forgedUrls) {
  const args = (row.args ?? []).join(' ');
  if (!hasOwnName && args.includes('{HOSTNAME}')) continue;
  groups.set(args, [...(groups.get(args) ?? []), row]);
}

describe.each([...groups])('with the options "%s"', (args, group) => {
  let server: CacheServer;
  beforeAll(async () => {
    server = await CacheServer.start({ args: args === '' ? [] : fill(args).split(' ') });
  });
  afterAll(() => server.stop());

  it.each(group)('$name is $expect', async (row) => {
    const url = fill(row.url);
    const before = connections();
    const { results } = await server.prefetch('0001', [url]);
    expect(results).toEqual([
      expect.objectContaining({ status: 'failed', error: row.expect, retryable: false }),
    ]);
    expect(results[0]?.detail).not.toMatch(/\b(127\.0|10\.0|::1)/);

    const picture = await server.get(
      `/api/cache/image?actor_id=0001&url=${encodeURIComponent(url)}`,
    );
    expectProblem(picture, row.expect === 'invalid-url' ? 400 : 403, row.expect);

    expect(connections()).toBe(before);
    expect(await pictureFiles(server.cacheDir)).toEqual([]);
  });
});

it('the traps are where the URLs lead, and the server can be let in', async () => {
  const server = await CacheServer.start({
    args: [`http://127.0.0.1:${trap.port}`, `http://[::1]:${trap6.port}`].flatMap((origin) => [
      '--origin',
      origin,
    ]),
  });
  const before = [trap.connections, trap6.connections];
  await server.prefetch('0001', [
    fill('http://127.0.0.1:{PORT}/a.jpg'),
    fill('http://[::1]:{PORT6}/a.jpg'),
  ]);
  expect(trap.connections).toBeGreaterThan(before[0] ?? 0);
  expect(trap6.connections).toBeGreaterThan(before[1] ?? 0);
  await server.stop();
});
