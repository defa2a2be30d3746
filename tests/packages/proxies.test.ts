// The examples of proxies as they stand in docs/examples, with TLS and HTTP/2: only names, ports and
// certificates are the test's own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { root } from '../support/binary.ts';
import { CacheServer } from '../support/cache-server.ts';
import { temporaryFolder } from '../support/files.ts';
import { freePort } from '../support/free-port.ts';
import { picture } from '../support/pictures.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';
import { answer, halfThen } from '../support/scripts.ts';
import { Gate, until } from '../support/until.ts';

const name = 'pictures.example.com';
const example = (path: string): Promise<string> =>
  readFile(join(root, 'docs/examples', path), 'utf8');

let origin: ScriptedOrigin;
let cache: CacheServer;
let folder: string;
let page: string;

beforeAll(async () => {
  folder = temporaryFolder();
  page = join(folder, 'page');
  await mkdir(page);
  await writeFile(join(page, 'index.html'), 'the built page');
  origin = await ScriptedOrigin.start();
  cache = await CacheServer.start({ args: ['--origin', origin.url, '--allowed-host', name] });
});
afterAll(async () => {
  await cache?.stop();
  await origin?.stop();
});

interface Proxy {
  port: number;
  authority: string;
  child: ChildProcess;
}

async function startNginx(): Promise<Proxy> {
  const port = await freePort();
  const certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`].concat([
      '-addext',
      `subjectAltName=DNS:${name}`,
      '-keyout',
      key,
      '-out',
      certificate,
    ]),
    { stdio: 'ignore' },
  );
  const site = (await example('nginx/image-cache.conf'))
    .replace('127.0.0.1:8787', new URL(cache.origin).host)
    .replace('listen 443 ', `listen 127.0.0.1:${port} `)
    .replace(/ssl_certificate .*/, `ssl_certificate ${certificate};`)
    .replace(/ssl_certificate_key .*/, `ssl_certificate_key ${key};`)
    .replace('/var/www/pictures', page);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(folder, kind)};`)
    .join('\n');
  const config = join(folder, 'nginx.conf');
  await writeFile(
    config,
    `${process.getuid?.() === 0 ? 'user root;\n' : ''}daemon off;\nerror_log stderr;\npid ${join(folder, 'nginx.pid')};\nevents {}\n` +
      `http {\naccess_log off;\n${temporary}\n${site}\n}\n`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', config], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { port, authority: certificate, child };
}

async function startCaddy(): Promise<Proxy> {
  const port = await freePort();
  const storage = join(folder, 'caddy');
  const config = join(folder, 'Caddyfile');
  // Its own authority stands in for Let's Encrypt.
  const own =
    '{\n\tadmin off\n\tskip_install_trust\n\tlocal_certs\n\tauto_https disable_redirects\n}\n';
  await writeFile(config, own + (await example('caddy/Caddyfile')));
  const child = spawn('caddy', ['run', '--config', config, '--adapter', 'caddyfile'], {
    env: {
      PATH: process.env['PATH'],
      HOME: storage,
      XDG_DATA_HOME: storage,
      XDG_CONFIG_HOME: storage,
      SITE: `${name}:${port}`,
      ROOT: page,
      CACHE: new URL(cache.origin).host,
    },
    stdio: 'ignore',
  });
  return { port, authority: join(storage, 'caddy/pki/authorities/local/root.crt'), child };
}

describe.each([
  ['nginx', startNginx],
  ['Caddy', startCaddy],
])('%s', (_, start) => {
  let proxy: Proxy;
  let ask: (path: string, ...more: string[]) => ChildProcess;
  const read = async (path: string, ...more: string[]): Promise<Buffer> => {
    const child = ask(path, ...more);
    const chunks: Buffer[] = [];
    child.stdout!.on('data', (bytes: Buffer) => chunks.push(bytes));
    await new Promise((resolve) => child.once('close', resolve));
    return Buffer.concat(chunks);
  };

  beforeAll(async () => {
    proxy = await start();
    ask = (path, ...more) =>
      spawn('curl', [
        ...['--silent', '--http2', '--cacert', proxy.authority, '--no-buffer'],
        ...['--resolve', `${name}:${proxy.port}:127.0.0.1`, ...more],
        `https://${name}:${proxy.port}${path}`,
      ]);
    await until('the proxy', async () => (await read('/')).toString() === 'the built page', 30_000);
  });
  afterAll(async () => {
    const exited = new Promise((resolve) => proxy.child.once('exit', resolve));
    proxy.child.kill('SIGTERM');
    await exited;
  });

  it('passes pictures on by HTTP/2', async () => {
    const body = await picture(1);
    const url = encodeURIComponent(origin.on('/a.jpg', answer(200, body)));
    const got = await read(
      `/api/cache/image?url=${url}`,
      '--write-out',
      '%{stderr}%{http_version}',
    );
    expect(got.equals(body)).toBe(true);
    const version = await read('/api/cache/stats', '-o', '/dev/null', '-w', '%{http_version}');
    expect(version.toString()).toBe('2');
  });

  it('lets its own page change the cache, and no other one', async () => {
    const clear = async (from: string): Promise<string> =>
      (
        await read(
          '/api/cache/clear-all',
          ...['--request', 'POST', '--header', `Origin: ${from}`, '-o', '/dev/null'],
          ...['-w', '%{http_code}'],
        )
      ).toString();
    expect(await clear(`https://${name}:${proxy.port}`)).toBe('200');
    expect(await clear('https://evil.example')).toBe('403');
  });

  it('passes a picture on while it is being downloaded', async () => {
    const gate = new Gate();
    const body = await picture(2, 'png', 640);
    const url = encodeURIComponent(origin.on('/slow.png', halfThen(gate, body)));
    const child = ask(`/api/cache/image?url=${url}`);
    let received = 0;
    child.stdout!.on('data', (bytes: Buffer) => (received += bytes.length));
    const closed = new Promise((resolve) => child.once('close', resolve));
    await until('the first half', () => received > body.length / 4);
    gate.open();
    await closed;
    expect(received).toBe(body.length);
  });

  it('passes WebSockets on', async () => {
    const child = ask(
      '/api/cache/events',
      ...['--http1.1', '--include', '--header', 'Connection: Upgrade'],
      ...['--header', 'Upgrade: websocket', '--header', 'Sec-WebSocket-Version: 13'],
      ...['--header', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
    );
    let text = '';
    child.stdout!.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    await until('the greeting', () => text.includes('101 Switching') && text.includes('"hello"'));
    child.kill();
  });

  it('keeps what is for operators inside', async () => {
    for (const path of ['/metrics', '/readyz'])
      expect((await read(path)).toString()).not.toContain('image_cache');
  });
});
