import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow, temporaryFolder } from '../../../tests/support/files.ts';
import { DEFAULT_SET } from '../bucket/pictures.ts';
import { openSource } from '../server/open-source.ts';
import { defaultOptions, type DemoOptions } from '../server/options.ts';

const set = { ...DEFAULT_SET, actors: 2, picturesPerActor: 4, size: 64, targetBytes: 3000 };

function starts() {
  const stateDir = temporaryFolder();
  /** One start and its end; gives how many pictures were there at each step of the progress. */
  const start = async (more: Partial<DemoOptions> = {}): Promise<number[]> => {
    const progress: number[] = [];
    const { client, server } = await openSource({
      ...defaultOptions(),
      source: { kind: 'drawn', set },
      stateDir,
      s3Port: 0,
      onProgress: (_what, done) => progress.push(done),
      ...more,
    });
    client.destroy();
    await server?.close();
    return progress;
  };
  const pictures = async (): Promise<string[]> =>
    (await filesBelow(join(stateDir, 'bucket'))).filter((file) => file.endsWith('_object'));
  return { start, pictures };
}

it('draws nothing at the second start', async () => {
  const { start, pictures } = starts();
  expect(await start()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await pictures()).toHaveLength(8);
  expect(await start()).toEqual([]);
  expect(await pictures()).toHaveLength(8);
});

it('ends when it is told to while drawing, and the next start draws the rest', async () => {
  const { start, pictures } = starts();
  const stop = new AbortController();
  const interrupted = start({
    signal: stop.signal,
    onProgress: (_what, done) => {
      if (done === 2) stop.abort();
    },
  });
  await expect(interrupted).rejects.toMatchObject({ name: 'AbortError' });
  const drawn = (await pictures()).length;
  expect(drawn).toBeGreaterThanOrEqual(2);
  expect(drawn).toBeLessThan(8);

  const [first, ...rest] = await start();
  expect(first).toBeGreaterThanOrEqual(2);
  expect(rest.at(-1)).toBe(8);
  expect(await pictures()).toHaveLength(8);
});
