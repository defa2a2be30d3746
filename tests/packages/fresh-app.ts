// An application made in a folder of its own, as somebody makes one who has found the package on npm.
import { type ChildProcess, spawn } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { root } from '../support/binary.ts';
import { filesBelow, temporaryFolder } from '../support/files.ts';
import { within } from '../support/until.ts';

/** The developer's environment without what the running test has put there. */
function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV|VITE)/.test(name));
  return { ...Object.fromEntries(own), NEXT_TELEMETRY_DISABLED: '1', ...more };
}

/** A registry that does not answer must not hold up the tests for ever. */
const COMMAND_DEADLINE_MS = 240_000;

/** Runs a program to its end; what it wrote is in the error when it fails. */
export async function run(
  cwd: string,
  command: string[],
  env?: Record<string, string>,
): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd, env: environment(env), timeout: COMMAND_DEADLINE_MS });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${String(code)}:\n${output}`);
}

/** The tarball that `npm publish` would send. */
export async function packPackage(): Promise<string> {
  const folder = temporaryFolder();
  await run(join(root, 'web/image-cache'), ['npm', 'pack', '--pack-destination', folder]);
  const [tarball] = await filesBelow(folder);
  if (tarball === undefined) throw new Error('npm pack has made nothing');
  return join(folder, tarball);
}

/** Makes the app `name` of apps/, with the package from the tarball, and builds it. Gives its folder. */
export async function buildFreshApp(
  name: string,
  tarball: string,
  env?: Record<string, string>,
): Promise<string> {
  const folder = join(temporaryFolder(), name);
  await cp(join(import.meta.dirname, 'apps', name), folder, { recursive: true });
  await run(folder, ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', tarball]);
  await run(folder, ['npm', 'run', 'build'], env);
  return folder;
}

/** `next start`; resolves when it listens. */
export async function startNext(
  folder: string,
  port: number,
): Promise<{ origin: string; stop: () => Promise<void> }> {
  const next = join(folder, 'node_modules/next/dist/bin/next');
  const child: ChildProcess = spawn(
    process.execPath,
    [next, 'start', '--port', String(port), '--hostname', '127.0.0.1'],
    { cwd: folder, env: environment(), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const origin = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    origin: await within('the address of next start', origin, 60_000),
    stop: async () => {
      child.kill('SIGTERM');
      await within('the end of next start', exited);
    },
  };
}
