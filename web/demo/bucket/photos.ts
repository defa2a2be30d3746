// The user's own pictures: finds them in a folder and says which actor each belongs to. It reads,
// and never writes there.
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import sharp from 'sharp';
import { ActorNames } from './actor-names.ts';

export interface Photo {
  file: string;
  key: string;
  contentType: string;
  sizeBytes: number;
  modifiedMs: number;
}

export interface PhotoScan {
  photos: Photo[];
  /** Files that look like pictures and cannot be used, with the reason in words. */
  skipped: { file: string; reason: string }[];
  /** Pictures beyond the limits, which were left out. */
  leftOut: number;
}

export interface PhotoLimits {
  pictures: number;
  bytes: number;
  pictureBytes: number;
}

/** The bucket is a copy on the user's disk, so it has a bound. */
export const DEFAULT_LIMITS: PhotoLimits = {
  pictures: 2000,
  bytes: 4 * 1024 ** 3,
  pictureBytes: 64 * 1024 ** 2,
};

// s3rver adds a suffix to the name, and Linux ends names at 255 bytes.
const MAX_NAME_BYTES = 220;

// What browsers show and the cache keeps, by extension, and what sharp calls it.
const FORMATS: Record<string, { sharp: string; contentType: string }> = {
  '.jpg': { sharp: 'jpeg', contentType: 'image/jpeg' },
  '.jpeg': { sharp: 'jpeg', contentType: 'image/jpeg' },
  '.png': { sharp: 'png', contentType: 'image/png' },
  '.webp': { sharp: 'webp', contentType: 'image/webp' },
  '.gif': { sharp: 'gif', contentType: 'image/gif' },
  '.avif': { sharp: 'heif', contentType: 'image/avif' },
};
const OTHER_PICTURES = new Set([
  '.heic',
  '.heif',
  '.tif',
  '.tiff',
  '.bmp',
  '.cr2',
  '.nef',
  '.arw',
  '.dng',
  '.svg',
  '.psd',
  '.jxl',
]);

/** Throws with one clear sentence when `folder` is not a folder that can be read. */
export async function scanPhotos(folder: string, limits = DEFAULT_LIMITS): Promise<PhotoScan> {
  const root = resolve(folder);
  const info = await stat(root).catch(() => undefined);
  if (info === undefined) throw new Error(`PHOTOS: there is no folder ${folder}`);
  if (!info.isDirectory()) throw new Error(`PHOTOS: ${folder} is not a folder`);

  const scan: PhotoScan = { photos: [], skipped: [], leftOut: 0 };
  const names = new ActorNames();
  let bytes = 0;
  for await (const file of walk(root, scan)) {
    const extension = extname(file).toLowerCase();
    const format = FORMATS[extension];
    if (format === undefined) {
      if (OTHER_PICTURES.has(extension))
        scan.skipped.push({ file, reason: 'browsers do not show this format' });
      continue;
    }
    const { size, mtimeMs } = await stat(file).catch(() => ({ size: 0, mtimeMs: 0 }));
    const fault =
      size > limits.pictureBytes
        ? `larger than ${limits.pictureBytes / 1024 ** 2} MiB`
        : Buffer.byteLength(basename(file)) > MAX_NAME_BYTES
          ? 'its name is too long'
          : await unreadable(file, format.sharp);
    if (fault !== undefined) {
      scan.skipped.push({ file, reason: fault });
      continue;
    }
    if (scan.photos.length >= limits.pictures || bytes + size > limits.bytes) {
      scan.leftOut += 1;
      continue;
    }
    bytes += size;
    const folderName = relative(root, join(file, '..'));
    const actor = names.idFor(
      folderName === '' ? basename(root) : folderName.split(sep).join('-'),
      folderName,
    );
    scan.photos.push({
      file,
      key: `${actor}/${basename(file)}`,
      contentType: format.contentType,
      sizeBytes: size,
      modifiedMs: mtimeMs,
    });
  }
  return scan;
}

async function* walk(folder: string, scan: PhotoScan): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    scan.skipped.push({ file: folder, reason: 'the folder cannot be read' });
    return [];
  });
  const visible = entries.filter((entry) => !entry.name.startsWith('.'));
  visible.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  for (const entry of visible) {
    const path = join(folder, entry.name);
    // Links to folders are not followed: they can lead in a circle.
    if (entry.isDirectory()) yield* walk(path, scan);
    else if (entry.isFile() || entry.isSymbolicLink()) yield path;
  }
}

async function unreadable(file: string, format: string): Promise<string | undefined> {
  try {
    const found = await sharp(file).metadata();
    return found.format === format
      ? undefined
      : `its content is ${found.format}, not what its name says`;
  } catch {
    return 'it is not a picture that can be read';
  }
}
