// What `image-cache warm` fetches besides a list in JSON: lines, and folders of a bucket.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { binary } from '../../support/binary.ts';
import { CacheServer, cleanEnvironment } from '../../support/cache-server.ts';
import { run, type Run } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/files.ts';
import { picture } from '../../support/pictures.ts';
import { S3 } from '../../support/s3.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, inTurn } from '../../support/scripts.ts';
import { StrictS3 } from '../../support/strict-s3.ts';
import { within } from '../../support/until.ts';

interface Stats {
  total_entries: number;
  actors: { actor_id: string; entries: number }[];
}

let s3: S3;

beforeAll(async () => {
  s3 = await S3.start();
  const keys = [
    'faces/0001/a.jpg',
    'faces/0001/größe b.jpg',
    'faces/0002/deep/c.jpg',
    'faces/loose.jpg',
    'faces/0002/notes.txt',
    'faces-old/0003/d.jpg',
  ];
  await Promise.all(keys.map(async (key, i) => s3.put(key, await picture(i))));
});
afterAll(() => s3.stop());

// Each of these with a server that holds the folder, and without: the same must come out.
describe.each([true, false])('with a running server: %s', (running) => {
  const withFolder = async (test: (cacheDir: string) => Promise<void>): Promise<void> => {
    const server = await CacheServer.start({ args: ['--s3-endpoint', s3.endpoint] });
    if (!running) await server.stop();
    await test(server.cacheDir);
    if (running) expect(await server.stop()).toBe(0);
  };
  const warm = (cacheDir: string, args: string[], stdin?: string): Promise<Run> =>
    run(
      ['warm', '--cache-dir', cacheDir, '--s3-endpoint', s3.endpoint, ...args],
      stdin === undefined ? {} : { stdin },
    );
  const statsOf = async (cacheDir: string): Promise<Stats> => {
    const result = await run(['stats', '--cache-dir', cacheDir, '--json']);
    return JSON.parse(result.stdout) as Stats;
  };

  it('warm takes a URL a line, with the actor behind a tab or from the folder', () =>
    withFolder(async (cacheDir) => {
      const lines = `# two\n${s3.url('faces/0001/a.jpg')}\ns3://training/faces/loose.jpg\tsomebody\n`;
      const result = await warm(cacheDir, ['-'], lines);
      expect(result, result.stderr).toMatchObject({ code: 0 });
      expect((await statsOf(cacheDir)).actors).toMatchObject([
        { actor_id: '0001', entries: 1 },
        { actor_id: 'somebody', entries: 1 },
      ]);
      const file = join(temporaryFolder(), 'list.txt');
      await writeFile(file, lines);
      expect((await warm(cacheDir, [file])).stdout).toContain('2 already cached');
    }));

  it('warm takes a folder of a bucket, and says what it left out', () =>
    withFolder(async (cacheDir) => {
      const result = await warm(cacheDir, ['s3://training/faces']);
      expect(result, result.stderr).toMatchObject({ code: 0 });
      expect(result.stdout).toContain('3 pictures: 3 cached');
      expect(result.stdout).toContain("not named as pictures are: 1, in no actor's folder: 1");
      expect((await statsOf(cacheDir)).actors).toMatchObject([
        { actor_id: '0001', entries: 2 },
        { actor_id: '0002', entries: 1 },
      ]);
    }));

  it('warm gives a folder to one actor with --actor', () =>
    withFolder(async (cacheDir) => {
      const result = await warm(cacheDir, ['s3://training/faces/', '--actor', 'all']);
      expect(result, result.stderr).toMatchObject({ code: 0 });
      expect((await statsOf(cacheDir)).actors).toMatchObject([{ actor_id: 'all', entries: 4 }]);
    }));
});

describe('a list that nobody has looked at', () => {
  it('says nothing to the terminal by itself', async () => {
    const cacheDir = join(temporaryFolder(), 'cache');
    const result = await run(['warm', '--cache-dir', cacheDir, '-'], {
      stdin: '\x1b[2Jevil.jpg\n',
    });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('failed:  [2Jevil.jpg');
    expect(result.stderr).not.toContain('\x1b');
  });

  it('has an end, also as JSON', async () => {
    const child = spawn(binary, ['warm', '--cache-dir', join(temporaryFolder(), 'cache'), '-'], {
      env: cleanEnvironment(),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const brackets = Buffer.alloc(1 << 20, '[');
    const endless = new Readable({ read: () => void endless.push(brackets) });
    endless.pipe(child.stdin).on('error', () => endless.destroy());
    expect(await within('the end of what has none', exited)).toBe(1);
    expect(stderr).toContain('larger than 256 MiB');
  });
});

describe('a folder that cannot be warmed from', () => {
  const warm = (args: string[], env: Record<string, string> = {}): Promise<Run> =>
    run(['warm', '--cache-dir', join(temporaryFolder(), 'cache'), ...args], { env });
  const expectOneLine = (result: Run, ...parts: string[]): void => {
    expect(result.code).toBe(1);
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
    for (const part of parts) expect(result.stderr).toContain(part);
  };

  it('is one without a picture', async () => {
    expectOneLine(
      await warm(['s3://training/nothing/', '--s3-endpoint', s3.endpoint]),
      's3://training/nothing/',
      '--actor',
    );
  });

  it('is one in a bucket that there is not', async () => {
    expectOneLine(
      await warm(['s3://missing/', '--s3-endpoint', s3.endpoint]),
      's3://missing/',
      "check the bucket's name",
    );
  });

  it('is one that wants credentials; given, they sign the listing', async () => {
    const key = {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'secret',
      region: 'us-east-1',
    };
    const strict = await StrictS3.start(key);
    try {
      const args = ['s3://training/', '--s3-endpoint', strict.endpoint];
      expectOneLine(await warm(args), 'AWS_ACCESS_KEY_ID');
      await warm(args, {
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      });
      expect(strict.requests.at(-1)).toMatchObject({ signedBy: 'header', refusal: undefined });
      const wrong = await warm(args, {
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: 'another',
      });
      expectOneLine(wrong, 's3:ListBucket');
      expect(wrong.stderr).not.toContain('another');
    } finally {
      await strict.stop();
    }
  });

  it('fails when the listing breaks off in the middle, with what came before cached', async () => {
    const origin = await ScriptedOrigin.start();
    try {
      origin.on('/training/0001/a.jpg', answer(200, await picture(1)));
      origin.on('/training', inTurn(answer(200, pageWithOne), answer(403, 'no')));
      const result = await warm(['s3://training/', '--s3-endpoint', origin.url]);
      expect(result.code).toBe(1);
      expect(result.stdout).toContain('1 cached');
      expect(result.stderr).toContain('cannot list s3://training/');
    } finally {
      await origin.stop();
    }
  });
});

const pageWithOne = `<ListBucketResult><IsTruncated>true</IsTruncated>
<NextContinuationToken>t</NextContinuationToken>
<Contents><Key>0001/a.jpg</Key><ETag>"e"</ETag><Size>1</Size></Contents></ListBucketResult>`;
