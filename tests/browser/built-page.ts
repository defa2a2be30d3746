// The demo's page as it would be deployed: built, without Vite's scripts for development, and served
// under a Content-Security-Policy. What it asks of the cache and of the backend, a running demo answers.
import { build, preview } from 'vite';

import { COMMON } from '../../web/demo/server/vite-options.ts';
import { temporaryFolder } from '../support/files.ts';
import type { RunningDemo } from './demo.ts';

const outDir = temporaryFolder();
let built: Promise<unknown> | undefined;

export interface BuiltPage {
  url: string;
  close(): Promise<void>;
}

export async function serveBuiltPage(demo: RunningDemo, policy: string): Promise<BuiltPage> {
  const config = { ...COMMON, logLevel: 'warn', build: { ...COMMON.build, outDir } } as const;
  built ??= build(config);
  await built;
  const server = await preview({
    ...config,
    preview: {
      host: '127.0.0.1',
      port: 0,
      headers: { 'Content-Security-Policy': policy },
      // Not by the short form, which replaces the Host: the page's Origin would be a foreign one.
      proxy: { '/demo': { target: demo.url }, '/api/cache': { target: demo.url } },
    },
  });
  const address = server.httpServer.address();
  if (typeof address !== 'object' || address === null) throw new Error('it has no port');
  return { url: `http://localhost:${address.port}`, close: () => server.close() };
}
