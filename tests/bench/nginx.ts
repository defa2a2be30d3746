// nginx as the peer: one worker with what a careful operator switches on for static files.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface Nginx {
  url: string;
  close(): Promise<void>;
}

/** Serves `pageDir` at / and `imagesDir` at /images/. `workDir` gets its configuration and temporary files. */
export async function startNginx(
  workDir: string,
  pageDir: string,
  imagesDir: string,
  workers = 1,
): Promise<Nginx> {
  await mkdir(workDir, { recursive: true });
  const port = await freePort();
  const config = join(workDir, 'nginx.conf');
  await writeFile(config, configuration(port, workDir, pageDir, imagesDir, workers));
  const child = spawn('nginx', ['-e', 'stderr', '-c', config, '-p', workDir], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await answering(url, () => child.exitCode !== null);
  return {
    url,
    async close() {
      child.kill('SIGQUIT');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

function configuration(
  port: number,
  workDir: string,
  pageDir: string,
  imagesDir: string,
  workers: number,
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(workDir, name)};`)
    .join('\n  ');
  // Its worker must be able to read the cache's folder, which is its owner's alone.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `
daemon off;
${user}
worker_processes ${workers};
pid ${join(workDir, 'nginx.pid')};
events { worker_connections 4096; multi_accept on; }
http {
  types { text/html html; text/javascript js; text/css css; application/wasm wasm; image/jpeg jpg; image/png png; }
  access_log off;
  error_log stderr crit;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_requests 1000000;
  open_file_cache max=10000 inactive=60s;
  open_file_cache_valid 60s;
  etag on;
  ${temporary}
  server {
    listen 127.0.0.1:${port} reuseport backlog=4096;
    location / { root ${pageDir}; }
    location /images/ {
      alias ${imagesDir}/;
      add_header Cache-Control "public, max-age=31536000, immutable";
      add_header X-Content-Type-Options nosniff;
    }
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

async function answering(url: string, ended: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (ended() || Date.now() > deadline)
        throw new Error('nginx did not start', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
