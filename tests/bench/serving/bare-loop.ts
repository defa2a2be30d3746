// bare_loop.cpp, with the very head that our server sends for one picture.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { binary } from '../../support/binary.ts';
import { send } from '../../support/http.ts';
import { within } from '../../support/until.ts';
import { stop } from '../tools/process.ts';
import { startOurs, type Contestant, type Setup } from './contestants.ts';
import type { FilledCache } from './filled-cache.ts';

/** Up to here one send of memory is cheaper than a send and a sendfile. */
const IN_MEMORY_BYTES = 64 * 1024;

/** Asks our server for its answer, so it must not run yet; gives what starts the bare loop with it. */
export async function prepareBareLoop(
  cache: FilledCache,
  workDir: string,
  localPath: string,
): Promise<(setup: Setup) => Promise<Contestant>> {
  const program = join(dirname(binary), 'bare_loop');
  if (!existsSync(program)) throw new Error(`${program} is not built: its target is bench_tools`);
  const head = join(workDir, 'bare-head');
  const body = join(workDir, 'bare-body');
  const answer = await ourAnswer(cache, localPath);
  await writeFile(head, answer.head);
  await writeFile(body, answer.body);
  const way = answer.body.length > IN_MEMORY_BYTES ? ['sendfile'] : [];
  return ({ wrapper = [] }) => start([...wrapper, program, head, body, ...way]);
}

async function start([program = '', ...args]: string[]): Promise<Contestant> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await within('the bare loop listens', once(lines, 'line'))) as [string];
  return {
    name: 'the bare loop',
    origin: line.replace('listening on ', ''),
    pids: [child.pid ?? 0],
    target: () => '/',
    close: () => stop(child, 'SIGTERM'),
  };
}

async function ourAnswer(cache: FilledCache, localPath: string) {
  const server = await startOurs(cache, { threads: 1 });
  try {
    const { status, headers, body } = await send(server.origin, server.target(localPath));
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
    return { head: `HTTP/1.1 ${status} OK\r\n${fields.join('')}\r\n`, body };
  } finally {
    await server.close();
  }
}
