// Signed downloads, against an origin that refuses what is not signed correctly.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer } from '../../support/scripts.ts';
import { StrictS3 } from '../../support/strict-s3.ts';

const key = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'eu-west-1',
};
const environment = {
  AWS_ACCESS_KEY_ID: key.accessKeyId,
  AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
  AWS_REGION: key.region,
};

let strict: StrictS3;
const servers: CacheServer[] = [];

async function serve(env: Record<string, string>, args: string[] = []): Promise<CacheServer> {
  const server = await CacheServer.start({
    env,
    args: ['--s3-endpoint', strict.endpoint, ...args],
  });
  servers.push(server);
  return server;
}

beforeAll(async () => {
  strict = await StrictS3.start(key);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await strict.stop();
});

describe('an unsigned URL', () => {
  const odd = [
    'plain.jpg',
    'with space.jpg',
    'with+plus.jpg',
    'é.jpg',
    '100%.jpg',
    "(1)!~*'.jpg",
    'a=b&c;d,e@f:g$.jpg',
  ];
  it.each(odd)('is signed for the key "%s"', async (name) => {
    const server = servers[0] ?? (await serve(environment));
    const bytes = await picture(odd.indexOf(name));
    const url = strict.put('training', `odd/${name}`, bytes);
    const path = await server.cache('0001', url);
    expect((await server.get(imageTarget(path))).body.equals(bytes)).toBe(true);
    expect(strict.requests.at(-1)).toMatchObject({ signedBy: 'header', refusal: undefined });
  });

  it('is signed with its query', async () => {
    const server = servers[0] ?? (await serve(environment));
    const url = strict.put('training', 'versioned.jpg', await picture(10));
    await server.cache('0001', `${url}?versionId=b%2Fa`);
    expect(strict.requests.at(-1)).toMatchObject({
      target: '/training/versioned.jpg?versionId=b%2Fa',
      refusal: undefined,
    });
  });

  it('is signed when it is written s3://', async () => {
    const server = servers[0] ?? (await serve(environment));
    strict.put('training', 'short form.jpg', await picture(11));
    await server.cache('0001', 's3://training/short form.jpg');
    expect(strict.requests.at(-1)).toMatchObject({
      target: '/training/short%20form.jpg',
      signedBy: 'header',
    });
  });

  it('is fetched without a signature when there are no credentials, and refused', async () => {
    const server = await serve({});
    const url = strict.put('training', 'private.jpg', await picture(12));
    const report = await server.prefetch('0001', [url]);
    expect(report.results[0]).toMatchObject({
      status: 'failed',
      error: 'origin-denied',
      retryable: false,
    });
    expect(strict.requests.at(-1)).toMatchObject({ signedBy: 'nobody' });
  });

  it('is refused with a wrong secret, and neither report nor log shows it', async () => {
    const server = await serve({ ...environment, AWS_SECRET_ACCESS_KEY: 'not-the-secret' });
    const url = strict.put('training', 'wrong.jpg', await picture(13));
    const report = await server.prefetch('0001', [url]);
    expect(report.results[0]).toMatchObject({ error: 'origin-denied' });
    expect(strict.requests.at(-1)).toMatchObject({ refusal: 'SignatureDoesNotMatch' });
    expect(JSON.stringify(report) + server.stderr).not.toMatch(/not-the-secret|AKIDEXAMPLE/);
  });
});

describe('a session token', () => {
  const token = 'FwoGZXIvYXdzEXAMPLE//token+with/odd==';

  it('is sent and signed; without it the request is refused', async () => {
    const withToken = await StrictS3.start({ ...key, sessionToken: token });
    const url = withToken.put('training', 'token.jpg', await picture(14));
    const start = async (env: Record<string, string>): Promise<CacheServer> => {
      const server = await CacheServer.start({ env, args: ['--s3-endpoint', withToken.endpoint] });
      servers.push(server);
      return server;
    };
    const lacking = await (await start(environment)).prefetch('0001', [url]);
    expect(lacking.results[0]).toMatchObject({ error: 'origin-denied' });
    expect(withToken.requests.at(-1)).toMatchObject({ refusal: 'InvalidToken' });
    await (await start({ ...environment, AWS_SESSION_TOKEN: token })).cache('0001', url);
    expect(withToken.requests.at(-1)).toMatchObject({ signedBy: 'header', refusal: undefined });
    await withToken.stop();
  });
});

describe('a presigned URL', () => {
  it('is fetched as it was given, with and without credentials of our own', async () => {
    for (const env of [{}, environment]) {
      const server = await serve(env);
      const bytes = await picture(15);
      strict.put('training', 'pre signed (1).jpg', bytes);
      const url = await strict.presign('training', 'pre signed (1).jpg');
      const path = await server.cache('0001', url);
      expect((await server.get(imageTarget(path))).body.equals(bytes)).toBe(true);
      expect(strict.requests.at(-1)).toMatchObject({
        target: url.slice(strict.endpoint.length),
        signedBy: 'query',
        refusal: undefined,
      });
    }
  });

  it('that has expired is refused, and its signature stays out of report and log', async () => {
    const server = await serve({});
    strict.put('training', 'expired.jpg', await picture(16));
    const url = await strict.presign('training', 'expired.jpg', { agoMs: 60_000, expiresInS: 30 });
    const report = await server.prefetch('0001', [url]);
    expect(report.results[0]).toMatchObject({ error: 'origin-denied', retryable: false });
    const signature = new URL(url).searchParams.get('X-Amz-Signature') ?? '?';
    expect(report.results[0]?.detail).not.toContain(signature);
    expect(server.stderr).not.toContain(signature);
  });

  it('of a picture that is cached is not fetched again', async () => {
    const server = await serve(environment);
    strict.put('training', 'twice.jpg', await picture(17));
    await server.cache('0001', await strict.presign('training', 'twice.jpg'));
    const before = strict.requests.length;
    const again = await strict.presign('training', 'twice.jpg', { agoMs: 5000 });
    const report = await server.prefetch('0001', [again, `${strict.endpoint}/training/twice.jpg`]);
    expect(report.already_cached).toBe(2);
    expect(strict.requests.length).toBe(before);
  });
});

describe('where credentials come from', () => {
  async function profileFiles(): Promise<Record<string, string>> {
    const home = temporaryFolder();
    const credentials = join(home, 'credentials');
    const config = join(home, 'config');
    await writeFile(
      credentials,
      '[default]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = other\n\n' +
        `[studio]\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`,
    );
    await writeFile(
      config,
      `[default]\nregion = us-west-2\n\n[profile studio]\nregion = ${key.region}\n`,
    );
    return { AWS_SHARED_CREDENTIALS_FILE: credentials, AWS_CONFIG_FILE: config };
  }

  it('a profile, with its region', async () => {
    const server = await serve({ ...(await profileFiles()), AWS_PROFILE: 'studio' });
    await server.cache('0001', strict.put('training', 'profile.jpg', await picture(18)));
    expect(strict.requests.at(-1)).toMatchObject({ signedBy: 'header', refusal: undefined });
  });

  it('the environment before a profile', async () => {
    const server = await serve({ ...(await profileFiles()), ...environment });
    await server.cache('0001', strict.put('training', 'environment.jpg', await picture(19)));
    expect(strict.requests.at(-1)).toMatchObject({ signedBy: 'header', refusal: undefined });
  });

  it('--s3-region before AWS_REGION', async () => {
    const server = await serve({ ...environment, AWS_REGION: 'us-west-2' }, [
      '--s3-region',
      key.region,
    ]);
    await server.cache('0001', strict.put('training', 'region.jpg', await picture(20)));
    expect(strict.requests.at(-1)).toMatchObject({ refusal: undefined });
  });

  it('AWS_ENDPOINT_URL_S3 in place of --s3-endpoint', async () => {
    const server = await CacheServer.start({
      env: { ...environment, AWS_ENDPOINT_URL_S3: strict.endpoint },
    });
    servers.push(server);
    await server.cache('0001', strict.put('training', 'endpoint.jpg', await picture(21)));
    expect(strict.requests.at(-1)).toMatchObject({ refusal: undefined });
  });
});

it('credentials go to S3 and to no other origin', async () => {
  const other = await ScriptedOrigin.start();
  const server = await serve(environment, ['--origin', other.url]);
  await server.cache('0001', other.on('/bucket/a.jpg', answer(200, await picture(22))));
  expect(other.requests[0]?.headers['authorization']).toBeUndefined();
  expect(other.requests[0]?.headers['x-amz-date']).toBeUndefined();
  await other.stop();
});
