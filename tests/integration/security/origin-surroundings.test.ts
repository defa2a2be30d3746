// What the environment could make of a download: a proxy, a .netrc with a password, a configuration
// of curl's. None of them is asked.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';

let origin: ScriptedOrigin;
let proxy: ScriptedOrigin;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  proxy = await ScriptedOrigin.start();
});
afterAll(async () => {
  await origin.stop();
  await proxy.stop();
});

it.each(['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'])(
  'the proxy of %s is not asked',
  async (variable) => {
    const server = await CacheServer.start({
      args: ['--origin', origin.url, '--origin', 'https://nowhere.invalid'],
      env: { [variable]: proxy.url },
    });
    const url = origin.on('/direct.jpg', answer(200, await picture(1)));
    const report = await server.prefetch('0001', [url, 'https://nowhere.invalid/a.jpg']);
    expect(report.results.map(({ status }) => status)).toEqual(['cached', 'failed']);
    expect(proxy.connections).toBe(0);
    expect(await server.stop()).toBe(0);
  },
);

it('a password in .netrc is not sent, nor is .curlrc read', async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, '.netrc'), 'default login reader password secret\n', { mode: 0o600 });
  writeFileSync(join(home, '.curlrc'), `proxy = "${proxy.url}"\nheader = "X-From: curlrc"\n`);
  const server = await CacheServer.start({ args: ['--origin', origin.url], env: { HOME: home } });
  await server.cache('0001', origin.on('/plain.jpg', answer(200, await picture(2))));
  const sent = origin.requests.find(({ target }) => target === '/plain.jpg');
  expect(sent?.headers).not.toHaveProperty('authorization');
  expect(sent?.headers).not.toHaveProperty('x-from');
  expect(proxy.connections).toBe(0);
  expect(await server.stop()).toBe(0);
});

it('credentials of S3 are sent to the endpoint, not to another origin', async () => {
  const endpoint = await ScriptedOrigin.start();
  const server = await CacheServer.start({
    args: ['--s3-endpoint', endpoint.url, '--origin', origin.url],
    env: { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
  });
  endpoint.on('/bucket/signed.jpg', answer(200, await picture(3)));
  await server.cache('0001', 's3://bucket/signed.jpg');
  await server.cache('0001', origin.on('/bucket/other.jpg', answer(200, await picture(4))));
  expect(endpoint.requests[0]?.headers).toHaveProperty('authorization');
  const other = origin.requests.find(({ target }) => target === '/bucket/other.jpg');
  expect(Object.keys(other?.headers ?? {})).toEqual(
    expect.not.arrayContaining(['authorization', 'x-amz-date', 'x-amz-content-sha256']),
  );
  expect(await server.stop()).toBe(0);
  await endpoint.stop();
});
