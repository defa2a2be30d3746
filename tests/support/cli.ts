// One run of the program to its end: what it printed and how it exited.
import { spawn } from 'node:child_process';

import { binary } from './binary.ts';
import { cleanEnvironment } from './cache-server.ts';
import { temporaryFolder } from './files.ts';
import { within } from './until.ts';

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  stdin?: string;
  cwd?: string;
}

export async function run(args: string[], options: RunOptions = {}): Promise<Run> {
  const child = spawn(binary, args, {
    cwd: options.cwd ?? temporaryFolder(),
    env: cleanEnvironment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined); // it may exit without reading
  child.stdin.end(options.stdin ?? '');
  try {
    const code = await within(
      `image-cache ${args.join(' ')}`,
      new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      }),
    );
    return { code, stdout, stderr };
  } finally {
    child.kill('SIGKILL');
  }
}
