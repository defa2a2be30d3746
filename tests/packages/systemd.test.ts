// The Debian package under a real systemd, from its installation to its removal: that its units do what
// docs/deployment.md says, and that nothing the server does is among what they forbid.
import { copyFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';

import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { BootedSystem, whyNoBootedSystem } from '../support/booted-system.ts';
import { imageTarget } from '../support/cache-server.ts';
import { freePort } from '../support/free-port.ts';
import { send, type Answer } from '../support/http.ts';
import { picture } from '../support/pictures.ts';
import { S3 } from '../support/s3.ts';
import { until as untilWithin } from '../support/until.ts';
import { debianPackage } from './debian-package.ts';

const why = whyNoBootedSystem();
if (why !== undefined) console.warn(`the units are not tried under systemd: ${why}`);

const token = 'Zm9yIHRlc3RzIG9mIHRoZSB1bml0cyBhbG9uZQ';
const service = 'image-cache.service';
const socket = 'image-cache.socket';

// A system boots, and packages are built, beside the other tests of packages.
const patienceMs = 60_000;
const until: typeof untilWithin = (what, condition) => untilWithin(what, condition, patienceMs);

describe.skipIf(why !== undefined)('the package under systemd', { timeout: 120_000 }, () => {
  let s3: S3;
  let system: BootedSystem;
  let origin: string;
  let kept: string; // target of a picture that is cached, 640 pixels wide

  const state = (unit: string): string => system.property(unit, 'ActiveState');
  const pid = (): number => Number(system.property(service, 'MainPID'));
  const journal = (): string => system.run('journalctl', '--unit', service, '--output', 'cat');
  const configure = (lines: string[]): void =>
    system.write('etc/image-cache/image-cache.toml', [...lines, ''].join('\n'));
  const config = (): string[] => [`s3-endpoint = "${s3.endpoint}"`, 'min-free = "1MiB"'];

  // With a connection of its own, unless told otherwise: the server ends more than once here.
  const get = (target: string, agent = new Agent()): Promise<Answer> =>
    send(origin, target, { headers: { authorization: `Bearer ${token}` }, agent });

  async function cache(key: string, bytes: Buffer): Promise<string> {
    const answer = await send(origin, '/api/cache/prefetch', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        actor_id: key.split('/')[0],
        images: [{ s3_url: await s3.put(key, bytes) }],
      }),
    });
    expect(answer.status, answer.text).toBe(200);
    return imageTarget(answer.json().results[0].local_path);
  }

  beforeAll(async () => {
    const deb = await debianPackage();
    s3 = await S3.start();
    system = await BootedSystem.boot();
    copyFileSync(deb, join(system.root, 'image-cache.deb'));
    // Images of containers have one that keeps packages from starting anything.
    rmSync(join(system.root, 'usr/sbin/policy-rc.d'), { force: true });
    // Its own port is the user's, who may run the server here.
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    system.write(
      `etc/systemd/system/${socket}.d/port.conf`,
      `[Socket]\nListenStream=\nListenStream=127.0.0.1:${port}\n`,
    );
    // As docs/deployment.md has it.
    system.write('etc/image-cache/token', token, 0o600);
    system.write(
      `etc/systemd/system/${service}.d/token.conf`,
      '[Service]\nLoadCredential=token:/etc/image-cache/token\nEnvironment=IMAGE_CACHE_TOKEN_FILE=%d/token\n',
    );
  });
  afterAll(async () => {
    await system?.shutDown();
    await s3?.stop();
  });

  it('installing it opens the socket and starts nothing yet', () => {
    system.run('dpkg', '--install', '/image-cache.deb');
    configure(config());
    expect(state(socket)).toBe('active');
    expect(system.run('systemctl', 'is-enabled', socket)).toBe('enabled');
    expect(state(service)).toBe('inactive');
  });

  it('the first who connects has it started, as a user of its own', async () => {
    expect((await get('/readyz')).status).toBe(200);
    expect(state(service)).toBe('active');
    expect(system.run('stat', '--format=%U', `/proc/${pid()}`)).not.toMatch(/root|nobody|UNKNOWN/);
    const unasked = await send(origin, '/api/cache/revalidate', {
      method: 'POST',
      agent: new Agent(),
    });
    expect(unasked.status).toBe(401);
    expect(journal()).not.toMatch(/warn|error/);
  });

  it('keeps pictures in a folder that is nobody else’s', async () => {
    kept = await cache('alice/a.jpg', await picture(1, 'jpeg', 640));
    const answer = await get(kept);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(await picture(1, 'jpeg', 640));
    const folder = '/var/cache/private/image-cache';
    expect(system.run('stat', '--format=%a %U', folder)).toMatch(/^700 (?!root)/);
    expect(system.run('find', folder, '-name', '*.jpg', '-perm', '/077')).toBe('');
  });

  it('writes an access log where logs lie', async () => {
    const log = '/var/log/image-cache/access.log';
    configure([...config(), `access-log = "${log}"`]);
    system.run('systemctl', 'restart', service);
    expect((await get(kept)).status).toBe(200);
    await until('its line', () => system.run('cat', log).includes('"GET /api/cache/image?path='));
    expect(system.run('stat', '--format=%a', log)).toBe('600');
  });

  it('decodes pictures, which is done where hardly anything is allowed', async () => {
    const smaller = await get(`${kept}&w=256`);
    expect(smaller.status, smaller.text).toBe(200);
    expect(await sharp(smaller.body).metadata()).toMatchObject({ format: 'jpeg', width: 256 });
    expect((await get('/api/cache/stats')).json().smaller).toMatchObject({ made: 1, failed: 0 });
  });

  it('compresses pictures there, and gives their bytes back', async () => {
    configure([...config(), 'compress-after = "1s"', 'compress-share = 100']);
    system.run('systemctl', 'restart', service);
    const bytes = await picture(2, 'jpeg', 640);
    const cold = await cache('bob/b.jpg', bytes);
    await until(
      'the compression',
      async () => (await get('/api/cache/stats')).json().compression.entries > 0,
    );
    expect((await get(cold)).body).toEqual(bytes);
  });

  it('reloads while a connection goes on', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await get(kept, agent)).status).toBe(200);
    const before = pid();
    configure([...config(), 'max-size = "2GiB"']);
    system.run('systemctl', 'reload', service);
    await until('the reload', async () => {
      const stats = (await get('/api/cache/stats', agent)).json();
      return stats.max_size_bytes === 2 * 2 ** 30;
    });
    expect(pid()).toBe(before);
    configure(['max-size = "much"']);
    system.run('systemctl', 'reload', service);
    await until('the refusal', () =>
      /the configuration was not reloaded .*max-size/.test(journal()),
    );
    expect((await get(kept, agent)).status).toBe(200);
    agent.destroy();
    configure(config());
  });

  it('is started anew when it was killed, and keeps what it had', async () => {
    const before = pid();
    system.run('systemctl', 'kill', '--kill-whom=main', '--signal=KILL', service);
    await until('another process', () => ![0, before].includes(pid()));
    expect((await get(kept)).headers['cache-status']).toBe('ImageCache; hit');
  });

  it('is started anew when it hangs', async () => {
    system.write(`etc/systemd/system/${service}.d/watchdog.conf`, '[Service]\nWatchdogSec=5\n');
    system.run('systemctl', 'daemon-reload');
    system.run('systemctl', 'restart', service);
    const before = pid();
    await until(
      'a word that it is well',
      () => system.property(service, 'WatchdogTimestampMonotonic') !== '0',
    );
    system.run('systemctl', 'kill', '--kill-whom=main', '--signal=STOP', service);
    await until('another process', () => ![0, before].includes(pid()));
    expect((await get(kept)).status).toBe(200);
    expect(journal()).toContain('Watchdog timeout');
  });

  it('an upgrade starts the new one while clients wait', async () => {
    const before = pid();
    system.run('dpkg', '--install', '/image-cache.deb');
    expect((await get(kept)).status).toBe(200);
    expect(pid()).not.toBe(before);
  });

  it('stops when told, and says so', async () => {
    system.run('systemctl', 'stop', socket, service);
    expect(system.property(service, 'Result')).toBe('success');
    await expect(get('/readyz')).rejects.toThrow('ECONNREFUSED');
    expect(journal()).not.toMatch(token);
  });

  it('purging it takes the pictures and the configuration, and leaves what is the operator’s', () => {
    system.run('dpkg', '--purge', 'image-cache');
    const left = system.run(
      'find',
      '/var/cache',
      '/var/log',
      '/etc/image-cache',
      '-path',
      '*image-cache*',
    );
    expect(left.split('\n').sort()).toEqual(['/etc/image-cache', '/etc/image-cache/token']);
  });
});
