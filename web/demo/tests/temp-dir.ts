// A folder that is gone after the test.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export async function tempDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'actor-maker-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
