// Temporary folders, and what lies below them.
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const made: string[] = [];

/** A new empty folder. Vitest removes it after its test file; otherwise it goes with the process. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'image-cache-test-'));
  if (made.length === 0) {
    process.on('exit', removeTemporaryFolders);
  }
  made.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
}

/** Every file below `folder`, as sorted paths relative to it; none when there is no such folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** What there is of pictures in a cache folder: in their places, and being written. */
export async function pictureFiles(cacheDir: string): Promise<string[]> {
  const files = await filesBelow(cacheDir);
  return files.filter((file) => file.startsWith('images/') || file.startsWith('tmp/picture-'));
}
