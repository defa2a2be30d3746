// Secrets go in by every way there is, and everything that comes out or is written down is searched for them.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CacheServer, imageTarget } from '../../support/cache-server.ts';
import {
  expectNoSecret,
  expectNoSecretBelow,
  presigned,
  presignedV2,
  secrets,
} from '../../support/canaries.ts';
import { EventSocket } from '../../support/event-socket.ts';
import { temporaryFolder } from '../../support/files.ts';
import type { Answer } from '../../support/http.ts';
import { picture } from '../../support/pictures.ts';
import { throughTarget } from '../../support/read-through.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { announcing, answer, reset } from '../../support/scripts.ts';
import { until } from '../../support/until.ts';

const authorization = { authorization: `Bearer ${secrets.bearer}` };
// What a careless or hostile origin says: the secrets of the request once more, wherever there is room.
const echo = `<Error><Code>${secrets.signature}</Code><StringToSign>${secrets.signature}</StringToSign></Error>`;
const echoes = {
  etag: `"${secrets.signature}"`,
  'x-amz-request-id': secrets.signature,
  location: `http://127.0.0.1:1/?X-Amz-Signature=${secrets.signature}`,
};

let origin: ScriptedOrigin;
beforeAll(async () => {
  origin = await ScriptedOrigin.start();
});
afterAll(() => origin.stop());

async function objects(prefix: string): Promise<Record<'good' | 'bad' | 'plain', string[]>> {
  const on = (name: string, script: Parameters<ScriptedOrigin['on']>[1]) =>
    origin.on(`/training/${prefix}/${name}.jpg`, script);
  const body = await picture(1);
  return {
    good: [
      on('a', answer(200, body, { etag: '"1"' })),
      on('b', answer(200, await picture(2), { ...echoes, etag: '"2"' })),
    ],
    // Asked for without a signature, so that the server makes one.
    plain: [on('c', answer(200, await picture(3))), on('forbidden', answer(403, echo, echoes))],
    bad: [
      on('denied', answer(403, echo, echoes)),
      on('missing', answer(404, echo, echoes)),
      on('failed', answer(500, echo, echoes)),
      on('moved', answer(301, echo, echoes)),
      on('unexpected', answer(418, echo, echoes)),
      on('no-picture', answer(200, echo, echoes)),
      on('short', announcing(body.length * 2, body, echoes)),
      on('reset', reset(body)),
      `http://127.0.0.1:1/training/${prefix}/unreachable.jpg`,
      `http://user:${secrets.password}@127.0.0.1/training/a.jpg`,
      `https://elsewhere.example/a.jpg`,
      `ftp://user:${secrets.password}@${origin.url.slice(7)}/a.jpg`,
      `${origin.url}/training/%zz`,
    ],
  };
}

function answerText({ status, headers, text }: Answer): string {
  return `${status} ${JSON.stringify(headers)} ${text}`;
}

describe.each(['text', 'json'])('with --log-level trace --log-format %s', (format) => {
  let server: CacheServer;
  let trace: string;
  let signed: string[];
  let unsigned: string[];
  let kept: string[];
  const env = {
    AWS_ACCESS_KEY_ID: secrets.keyId,
    AWS_SECRET_ACCESS_KEY: secrets.secretKey,
    AWS_SESSION_TOKEN: secrets.sessionToken,
  };

  /** Those that the server has made for its own requests. */
  const madeSignatures = (): string[] =>
    origin.requests.flatMap(
      ({ headers }) => /Signature=([0-9a-f]{64})/.exec(headers['authorization'] ?? '')?.[1] ?? [],
    );

  const ask = async (target: string, body?: unknown): Promise<Answer> => {
    const answered =
      body === undefined
        ? await server.get(target, authorization)
        : await server.post(target, body, authorization);
    expectNoSecret(target.slice(0, 200), answerText(answered), madeSignatures());
    return answered;
  };

  /** Of a picture that breaks off half way there is no answer to look at. */
  const askThrough = (target: string): Promise<unknown> =>
    ask(target).catch((error: Error) => {
      if (error.message !== 'aborted') throw error;
    });

  beforeAll(async () => {
    const tokenFile = join(temporaryFolder(), 'token');
    await writeFile(tokenFile, secrets.bearer, { mode: 0o600 });
    trace = join(temporaryFolder(), 'trace.csv');
    server = await CacheServer.start({
      args: [
        ...['--s3-endpoint', origin.url, '--s3-path-style', '--trace', trace],
        ...['--token-file', tokenFile, '--log-level', 'trace', '--log-format', format],
      ],
      env,
    });
    const { good, bad, plain } = await objects(format);
    signed = [...good, ...bad].flatMap((url) => [presigned(url), presignedV2(url)]);
    unsigned = [...good, ...plain];
    kept = [...good, ...plain.slice(0, 1)].sort();
  });
  afterAll(() => server.kill());

  it('no secret leaves by an answer, whatever was asked', { timeout: 60_000 }, async () => {
    const events = await EventSocket.open(server.origin);
    const images = [...signed, ...unsigned].map((s3_url) => ({ s3_url }));

    // To who has sent the URLs they come back as they were; nothing else does.
    const order = { actor_id: '0001', images };
    const prefetched = await server.post('/api/cache/prefetch', order, authorization);
    expect(prefetched.status).toBe(200);
    const { results, ...counts } = prefetched.json() as { results: Record<string, string>[] };
    expectNoSecret('counts', JSON.stringify(counts));
    for (const { s3_url = '', ...result } of results) {
      expect(signed.concat(unsigned)).toContain(s3_url);
      expectNoSecret(`the result of ${s3_url}`, JSON.stringify(result), madeSignatures());
    }
    expect(origin.requests.some(({ target }) => target.includes(secrets.signature))).toBe(true);
    expect(madeSignatures()).not.toEqual([]);

    const job = { ...order, wait: false };
    const accepted = await server.post('/api/cache/prefetch', job, authorization);
    const { job_id } = accepted.json() as { job_id: string };
    await until('the end of the job', async () => {
      const { state } = (await ask(`/api/cache/jobs/${job_id}`)).json() as { state: string };
      return state === 'done';
    });

    for (const url of signed) {
      await askThrough(throughTarget(url));
      await askThrough(throughTarget(url)); // from memory: a picture, or a failure
      await ask('/api/cache/invalidate', { s3_url: url });
      await askThrough(throughTarget(url, { actor_id: url }));
      await ask(imageTarget(url));
      await ask(`/api/cache/exists?path=${encodeURIComponent(url)}`);
    }
    await server.prefetch('0001', []).catch(() => undefined);
    await server.post('/api/cache/prefetch', order, authorization);

    const s = secrets.signature;
    for (const body of [
      `{"s3_url": "${s}`,
      `{"${s}": ${s}}`,
      s,
      [s],
      { s3_url: { s } },
      { actor_id: s, images: s },
      { prefix: `s3://training/?${s}` },
    ]) {
      for (const target of ['invalidate', 'prefetch', 'revalidate', 'sync']) {
        await ask(`/api/cache/${target}`, body);
      }
    }
    for (const target of [
      `/api/cache/clear/${s}!`,
      `/api/cache/jobs/${s}`,
      `/api/${s}?${s}`,
      `/${s}`,
      `/api/cache/manifest?since=${s}`,
      `/api/cache/events?types=${s}`,
      `/api/cache/image?${s}`,
      `/api/cache/image?path=%zz${s}`,
    ]) {
      await ask(target);
      expectNoSecret(target, answerText(await server.post(target, {}, authorization)));
    }
    await ask('/api/cache/revalidate', {});
    await ask('/api/cache/revalidate', { actor_id: '0001' });
    for (const wrong of [`Bearer ${s}`, `Basic ${s}`, s]) {
      const refused = await server.post('/api/cache/clear-all', undefined, {
        authorization: wrong,
      });
      expect(refused.status).toBe(401);
      expectNoSecret('a refusal', answerText(refused));
    }

    for (const target of ['manifest', 'manifest?since=0', 'manifest?actor_id=0001', 'stats']) {
      expect((await ask(`/api/cache/${target}`)).status).toBe(200);
    }
    const snapshot = await server.get('/api/cache/manifest', {
      accept: 'application/vnd.image-cache.snapshot',
    });
    expectNoSecret('the snapshot', snapshot.body.toString('latin1'));
    expect((await ask('/metrics')).status).toBe(200);
    expect(Object.keys((await server.manifest()).entries).sort()).toEqual(kept);
    await events.next('changes');
    expectNoSecret('the events', events.texts.join('\n'), madeSignatures());
  });

  it('nothing of it is on the command line, in the log, or on the disk', async () => {
    expectNoSecret('the command line', readFileSync(`/proc/${server.pid}/cmdline`, 'utf8'));
    await expectNoSecretBelow(server.cacheDir, madeSignatures()); // with the index's WAL
    expect(await server.stop()).toBe(0);
    await expectNoSecretBelow(server.cacheDir, madeSignatures());
    expectNoSecret('the trace', readFileSync(trace, 'utf8'), madeSignatures());
    expect(server.stderr).toContain('stopping');
    expectNoSecret('the log', server.stderr, madeSignatures());
  });
});
