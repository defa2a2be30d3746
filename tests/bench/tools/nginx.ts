// A real nginx on a free port, with a configuration of ours: the peer for serving, and the origin.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { until } from '../../support/until.ts';
import { childrenOf, requireProgram, stop } from './process.ts';

export interface NginxOptions {
  /** Gets its configuration and temporary files. */
  workDir: string;
  /** 0: one process that is master and worker, as a profiler wants it. */
  workers: number;
  /** Lines for the main, the http and the server block. */
  main?: string;
  http?: string;
  server: string;
  /** In front of the command: a profiler. */
  wrapper?: string[];
}

export class Nginx {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(options: NginxOptions): Promise<Nginx> {
    requireProgram('nginx');
    await mkdir(options.workDir, { recursive: true });
    const port = await freePort();
    const config = join(options.workDir, 'nginx.conf');
    await writeFile(config, configuration(options, port));
    const words = ['nginx', '-e', 'stderr', '-c', config, '-p', options.workDir];
    const [program = '', ...args] = [...(options.wrapper ?? []), ...words];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const url = `http://127.0.0.1:${port}`;
    await until('nginx answers', async () => {
      if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
      return fetch(url).catch(() => undefined);
    });
    return new Nginx(child, url);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The processes that answer. */
  async workers(): Promise<number[]> {
    const workers = await childrenOf(this.pid);
    return workers.length > 0 ? workers : [this.pid];
  }

  close(): Promise<void> {
    return stop(this.#child, 'SIGQUIT');
  }
}

function configuration({ workDir, workers, main, http, server }: NginxOptions, port: number) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(workDir, name)};`)
    .join('\n  ');
  return `
daemon off;
${workers === 0 ? 'master_process off;' : `worker_processes ${workers};`}
# Its workers must be able to read the cache's folder, which is its owner's alone.
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_rlimit_nofile 16384;
pid ${join(workDir, 'nginx.pid')};
${main ?? ''}
events { worker_connections 12000; multi_accept on; }
http {
  types { text/html html; text/javascript js; text/css css; application/wasm wasm; image/jpeg jpg; image/png png; }
  access_log off;
  error_log stderr crit;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_requests 100000000;
  open_file_cache max=20000 inactive=60s;
  open_file_cache_valid 60s;
  etag on;
  ${temporary}
  ${http ?? ''}
  server {
    listen 127.0.0.1:${port} ${workers === 0 ? '' : 'reuseport'} backlog=4096;
    ${server}
  }
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}
