// The demo on free ports with a small bucket: one for all tests of a worker, its cache empty at the
// start of each test.
import { join } from 'node:path';

import { expect, test as base } from '@playwright/test';

import { defaultOptions } from '../../web/demo/server/options.ts';
import { startDemo, type Demo } from '../../web/demo/server/start-demo.ts';
import { binary } from '../support/binary.ts';
import { temporaryFolder } from '../support/files.ts';

export const picturesPerActor = 6;

/** Long enough to tell S3 from the cache, short enough to wait for. */
const latencyMs = 300;

export interface RunningDemo extends Demo {
  s3Url: string;
  cacheDir: string;
}

export async function startSmallDemo(): Promise<RunningDemo> {
  const stateDir = temporaryFolder();
  const demo = await startDemo({
    ...defaultOptions(),
    source: {
      kind: 'drawn',
      set: { actors: 3, picturesPerActor, seed: 1, targetBytes: 20_000, size: 256 },
    },
    stateDir,
    latencyMs,
    port: 0,
    binary,
  });
  if (demo.s3Url === undefined) throw new Error('a drawn bucket has an S3 server of its own');
  return { ...demo, s3Url: demo.s3Url, cacheDir: join(stateDir, 'cache') };
}

export const test = base.extend<{ demo: RunningDemo }, { sharedDemo: RunningDemo }>({
  sharedDemo: [
    // Playwright reads what a fixture depends on from this pattern; here it is nothing.
    // eslint-disable-next-line no-empty-pattern
    async ({}, provide) => {
      const demo = await startSmallDemo();
      await provide(demo);
      await demo.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  demo: async ({ sharedDemo }, provide) => {
    sharedDemo.setLatency(latencyMs);
    const cleared = await fetch(`${sharedDemo.cacheUrl}/clear-all`, { method: 'POST' });
    expect(cleared.status).toBe(200);
    await provide(sharedDemo);
  },
});

export { expect };
