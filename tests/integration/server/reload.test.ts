// SIGHUP: the configuration is read again, and no connection notices.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { binary } from '../../support/binary.ts';
import { CacheServer, cleanEnvironment, imageTarget } from '../../support/cache-server.ts';
import { EventSocket } from '../../support/event-socket.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, halfThen } from '../../support/scripts.ts';
import { StrictS3 } from '../../support/strict-s3.ts';
import { Gate, until, within } from '../../support/until.ts';

let origin: ScriptedOrigin;
let server: CacheServer;
let folder: string;
const configure = (lines: string): Promise<void> =>
  writeFile(join(folder, 'image-cache.toml'), lines);
const basics = (): string => `min-free = "1MiB"\norigin = ["${origin.url}"]\n`;

async function start(lines = '', env: Record<string, string> = {}): Promise<void> {
  await configure(basics() + lines);
  server = await CacheServer.start({
    args: ['--config', join(folder, 'image-cache.toml')],
    env: { ...env, IMAGE_CACHE_MIN_FREE: '' },
  });
}

beforeAll(async () => {
  folder = temporaryFolder();
  origin = await ScriptedOrigin.start();
});
afterAll(() => origin.stop());

describe('what a reload changes', () => {
  beforeAll(() => start());
  afterAll(() => server.stop());

  it('hosts, origins and token, from the next request on', async () => {
    const token = join(folder, 'token');
    await writeFile(token, 'first-token-of-the-test', { mode: 0o600 });
    await configure(
      `${basics()}allowed-host = ["cache.example"]\nallowed-origin = ["https://page.example"]\n` +
        `token-file = "${token}"\n`,
    );
    expect(await server.reload()).toContain(
      'changed: --allowed-host, --allowed-origin, --token-file',
    );
    expect((await server.get('/healthz', { host: 'cache.example' })).status).toBe(200);
    // Its own address stays; the defaults that the file has replaced do not.
    expect((await server.get('/healthz')).status).toBe(200);
    expect((await server.get('/healthz', { host: 'localhost' })).status).toBe(421);
    const read = { origin: 'https://page.example' };
    expect((await server.get('/api/cache/stats', read)).status).toBe(200);
    expect((await server.post('/api/cache/clear-all')).status).toBe(401);

    await writeFile(token, 'second-token-of-the-test');
    await server.reload();
    const clear = async (shown: string): Promise<number> =>
      (await server.post('/api/cache/clear-all', undefined, { authorization: `Bearer ${shown}` }))
        .status;
    expect(await clear('first-token-of-the-test')).toBe(401);
    expect(await clear('second-token-of-the-test')).toBe(200);

    await configure(basics());
    await server.reload();
    expect((await server.post('/api/cache/clear-all')).status).toBe(200);
    expect((await server.get('/healthz', { host: 'localhost' })).status).toBe(200);
  });

  it('which origins are asked', async () => {
    const url = origin.on('/a.jpg', answer(200, await picture(1)));
    await configure('min-free = "1MiB"\norigin = ["https://elsewhere.example"]\n');
    await server.reload();
    const refused = await server.prefetch('0001', [url]);
    expect(refused.results[0]?.error).toContain('origin-not-allowed');
    await configure(basics());
    await server.reload();
    expect((await server.prefetch('0001', [url])).cached).toBe(1);
  });

  it('whose pages see the times of a picture that is kept open', async () => {
    const target = imageTarget(
      await server.cache('0001', origin.on('/b.jpg', answer(200, await picture(2)))),
    );
    const seenBy = async (): Promise<unknown> =>
      (await server.get(target)).headers['timing-allow-origin'];
    expect(await seenBy()).toBe('http://localhost:5173');
    await configure(`${basics()}allowed-origin = ["https://other.example"]\n`);
    await server.reload();
    await until('the new line', async () => (await seenBy()) === 'https://other.example');
  });

  it('how large the cache and a picture may be: what is over it goes at once', async () => {
    await configure(basics());
    await server.reload();
    const body = await picture(3, 'png', 640);
    const urls = [0, 1, 2, 3].map((i) => origin.on(`/large-${i}.png`, answer(200, body)));
    for (const [i, url] of urls.entries()) await server.cache(`large-${i}`, url);
    const used = async (): Promise<number> =>
      Number(/^image_cache_used_bytes (\S+)$/m.exec((await server.get('/metrics')).text)?.[1]);
    const before = await used();
    expect(before).toBeGreaterThan(4 * body.length);

    const limit = before - body.length;
    await configure(`${basics()}max-size = ${limit}\nmax-image-size = "1KiB"\n`);
    await server.reload();
    expect((await server.stats()).max_size_bytes).toBe(limit);
    expect(await used()).toBeLessThanOrEqual(limit);
    expect((await server.stats()).evicted_bytes).toBeGreaterThan(0);
    const refused = await server.prefetch('0002', [origin.on('/again.png', answer(200, body))]);
    expect(refused.results[0]?.error).toContain('too-large');
  });
});

it('keys of the credentials file are the new ones', async () => {
  const key = { accessKeyId: 'AKIDNEW', secretAccessKey: 'new-secret', region: 'eu-west-1' };
  const strict = await StrictS3.start(key);
  const file = join(folder, 'credentials');
  const write = (id: string, secret: string): Promise<void> =>
    writeFile(file, `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`);
  await write('AKIDOLD', 'old-secret');
  await start(`s3-endpoint = "${strict.endpoint}"\ns3-region = "eu-west-1"\n`, {
    AWS_SHARED_CREDENTIALS_FILE: file,
  });
  const url = strict.put('training', 'a.jpg', await picture(4));
  expect((await server.prefetch('0001', [url])).failed).toBe(1);
  await write(key.accessKeyId, key.secretAccessKey);
  await server.reload();
  expect((await server.prefetch('0001', [url])).cached).toBe(1);
  await server.stop();
  await strict.stop();
});

describe('what a reload leaves', () => {
  it('options that need a restart are named, and nothing of them is applied', async () => {
    await start('threads = 2\n');
    await configure(`${basics()}threads = 3\ncache-dir = "/nonexistent"\nmax-size = "5GiB"\n`);
    const logged = await server.reload();
    // --cache-dir is on the command line, which beats the file.
    expect(logged).toContain('restart the server for what a reload does not change: --threads\n');
    expect(logged).toContain('changed: --max-size\n');
    expect(await server.reload()).toContain('a reload does not change: --threads');
    await server.stop();
  });

  it.each([
    ['is no TOML', 'max-size = \n', 'image-cache.toml:'],
    ['has an unknown key', 'max-sise = "1GiB"\n', "there is no option 'max-sise'"],
    ['has a bad value', 'max-size = "10XB"\n', "'10XB' is not a size"],
    [
      'names a token file that is missing',
      'token-file = "/nonexistent"\n',
      'cannot read the token',
    ],
    ['has a bad endpoint', 's3-endpoint = "localhost:9000"\n', '--s3-endpoint'],
    ['has a bad pattern', 'origin-address = ["10.0.0.0/99"]\n', '--origin-address'],
  ])('a file that %s changes nothing, not even what is right in it', async (_, wrong, told) => {
    await start();
    await configure(`${basics()}allowed-host = ["cache.example"]\n${wrong}`);
    const logged = await server.reload();
    expect(logged).toContain('the configuration was not reloaded and the old one goes on: ');
    expect(logged).toContain(told);
    expect(logged.trimEnd().split('\n')).toHaveLength(1);
    expect((await server.get('/healthz', { host: 'cache.example' })).status).toBe(421);
    await server.stop();
  });

  it('limits and token, when the file is empty and was not before', async () => {
    const token = join(folder, 'token-that-stays');
    await writeFile(token, 'the-token-of-the-test', { mode: 0o600 });
    await start(`token-file = "${token}"\n`);
    await configure('');
    expect(await server.reload()).toContain('was not reloaded and the old one goes on: the config');
    expect((await server.post('/api/cache/clear-all')).status).toBe(401);
    await configure('# all as it comes\n');
    expect(await server.reload()).toContain('changed: --min-free, --origin, --token-file');
    expect((await server.post('/api/cache/clear-all')).status).toBe(200);
    await server.stop();
  });

  it('connections: one that is kept, a download that is slow, a WebSocket', async () => {
    await start();
    const gate = new Gate();
    const body = await picture(5, 'png', 640);
    const url = origin.on('/slow.png', halfThen(gate, body));
    const streamed = server.get(`/api/cache/image?url=${encodeURIComponent(url)}`);
    const socket = await EventSocket.open(server.origin);
    await socket.next('hello');
    const kept = await RawConnection.open(server.origin);
    const ask = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
    kept.write(ask);
    expect((await kept.read()).status).toBe(200);
    await until('the download', () => origin.requestsFor('/slow.png') === 1);

    await configure(`${basics()}max-size = "5GiB"\n`);
    await server.reload();
    kept.write(ask);
    expect((await kept.read()).status).toBe(200);
    gate.open();
    expect((await streamed).body.equals(body)).toBe(true);
    await socket.next('changes');
    expect(origin.requestsFor('/slow.png')).toBe(1);
    await server.stop();
  });
});

it('the SIGHUP of a terminal that is closed ends the server', async () => {
  const cacheDir = join(temporaryFolder(), 'cache');
  const command = `exec ${binary} serve --listen 127.0.0.1:0 --min-free 1MiB --cache-dir ${cacheDir}`;
  const terminal = spawn('script', ['--quiet', '--command', command, '/dev/null'], {
    env: cleanEnvironment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const address = await within(
    'the line "listening on"',
    new Promise<URL>((resolve) => {
      createInterface({ input: terminal.stdout }).on('line', (line) => {
        const found = /^listening on (http:\S+)/.exec(line)?.[1];
        if (found !== undefined) resolve(new URL(found));
      });
    }),
  );
  terminal.kill('SIGKILL');
  await until(
    'the end of the server',
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(Number(address.port), address.hostname);
        socket.once('error', () => resolve(true));
        socket.once('connect', () => {
          socket.destroy();
          resolve(false);
        });
      }),
  );
});
