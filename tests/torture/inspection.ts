// A restarted server and its folder, compared with what was acknowledged before.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ManifestEntry } from '../../web/image-cache/src/contract.ts';
import { imageTarget, type CacheServer } from '../support/cache-server.ts';
import { filesBelow } from '../support/files.ts';
import { until } from '../support/until.ts';
import type { Ledger } from './ledger.ts';
import { Violation, type TrackedPicture } from './tracked-picture.ts';

export async function inspect(server: CacheServer, ledger: Ledger): Promise<void> {
  const { entries } = await server.manifest();
  for (const url of Object.keys(entries)) {
    if (!ledger.pictures.some((picture) => picture.url === url))
      throw new Violation(`an entry that nobody asked for: ${url}`);
  }
  await Promise.all(
    ledger.pictures.map((picture) => inspectPicture(server, ledger, picture, entries[picture.url])),
  );
  await inspectFiles(server, (await server.manifest()).entries);
}

async function inspectPicture(
  server: CacheServer,
  ledger: Ledger,
  picture: TrackedPicture,
  entry: ManifestEntry | undefined,
): Promise<void> {
  const told = picture.path;
  if (entry === undefined) {
    ledger.fix(picture, 'absent');
    if (told !== undefined && (await server.get(imageTarget(told))).status !== 404) {
      throw new Violation(`${told} is served without an entry: ${picture.toString()}`);
    }
    return;
  }
  const answer = await server.get(imageTarget(entry.local_path));
  if (answer.status === 404 && picture.mayBeSpoiled) {
    ledger.fix(picture, 'absent');
    return;
  }
  if (answer.status !== 200) {
    throw new Violation(`${entry.local_path} answered ${answer.status}: ${picture.toString()}`);
  }
  const version = picture.versionOf(answer.body);
  ledger.fix(picture, version);
  picture.path = entry.local_path;
  const expected = {
    etag: picture.versions[version]!.etag,
    size_bytes: answer.body.length,
    actor_id: picture.actorId,
  };
  for (const [name, value] of Object.entries(expected)) {
    const found = entry[name as keyof ManifestEntry];
    if (found !== value)
      throw new Violation(`${picture.key}: ${name} is ${found}, the picture's is ${value}`);
  }
}

/** Once the removals in the background have settled, nothing is left that no entry names. */
export async function inspectFiles(
  server: CacheServer,
  entries: Record<string, ManifestEntry>,
): Promise<void> {
  const named = Object.values(entries).map((entry) =>
    entry.local_path.replace(/^\.image-cache\//, ''),
  );
  const wanted = named.sort().join('\n');
  const seen = { files: '', manifest: '' };
  try {
    await until('the files to be those of the entries', async () => {
      const files = await filesBelow(server.cacheDir);
      const pictures = files.filter((file) => /^(images|tmp)\//.test(file));
      // Of what is smaller there may be any, but of no other picture.
      const orphans = files.filter((file) => file.startsWith('smaller/') && !isOf(named, file));
      seen.files = [...pictures, ...orphans].join('\n');
      return seen.files === wanted;
    });
    await until('manifest.json to tell of the entries', async () => {
      const text = await readFile(join(server.cacheDir, 'manifest.json'), 'utf8').catch(() => '{}');
      seen.manifest = text;
      const written = (JSON.parse(text) as { entries?: Record<string, ManifestEntry> }).entries;
      return written !== undefined && sorted(written) === sorted(entries);
    });
  } catch (error) {
    throw new Violation(
      `${String(error)}\nfiles:\n${seen.files}\nentries:\n${wanted}\nmanifest.json:\n${seen.manifest}`,
      { cause: error },
    );
  }
}

function isOf(named: readonly string[], smaller: string): boolean {
  const original = smaller.replace(/^smaller\//, 'images/').replace(/\.w\d+\.\w+\.\w+$/, '');
  return named.includes(original);
}

function sorted(entries: Record<string, ManifestEntry>): string {
  return JSON.stringify(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}
