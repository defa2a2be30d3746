// A thousand clients that want one picture at the same moment, and nobody has it yet.
import { createHash } from 'node:crypto';
import { Agent } from 'node:http';

import { CacheServer } from '../../support/cache-server.ts';
import { send } from '../../support/http.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { answer, held } from '../../support/scripts.ts';
import { Gate, until } from '../../support/until.ts';
import { milliseconds, type Result } from '../report.ts';
import { largeAndSmall } from '../tools/pictures.ts';
import { readThroughUrl } from './url.ts';

const CLIENTS = 1000;

export async function stampede(workDir: string): Promise<Result> {
  const origin = await ScriptedOrigin.start();
  const cache = await CacheServer.start({
    cacheDir: `${workDir}/stampede`,
    args: ['--origin', origin.url, '--log-level', 'error'],
  });
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  try {
    const { large } = await largeAndSmall();
    const gate = new Gate();
    const url = origin.on('/one.jpg', held(gate, answer(200, large)));
    const { pathname, search } = new URL(readThroughUrl(cache, url));
    const answers = Array.from({ length: CLIENTS }, () =>
      send(cache.origin, pathname + search, { agent }),
    );
    // The origin holds its answer until every client has asked.
    await until('every client has asked', async () => {
      const text = (await cache.get('/metrics')).text;
      return Number(/^\S*http_connections (\d+)/m.exec(text)?.[1]) >= CLIENTS;
    });
    const start = performance.now();
    gate.open();
    const received = await Promise.all(answers);
    const elapsedMs = performance.now() - start;
    const wanted = sha256(large);
    const whole = received.filter(
      ({ status, body }) => status === 200 && sha256(body) === wanted,
    ).length;
    const requests = origin.requestsFor('/one.jpg');
    return {
      table: {
        title: `${CLIENTS} clients at once for one picture that is not cached`,
        columns: ['', ''],
        rows: [
          ['requests that the origin saw', requests],
          ['clients that have the whole picture', whole],
          ["from the origin's first byte to the last client's last", milliseconds(elapsedMs)],
        ],
        notes: [
          'A picture of 330 KB. The origin answers when all are connected; the clients are one Node process.',
        ],
      },
      bars: [
        {
          what: `${CLIENTS} clients for one uncached picture, each served whole`,
          wanted: '1 origin request',
          measured: `${requests}, ${whole} served`,
          met: requests === 1 && whole === CLIENTS,
        },
      ],
    };
  } finally {
    agent.destroy();
    await cache.stop();
    await origin.stop();
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
