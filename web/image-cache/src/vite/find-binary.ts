import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

const BUILT = join('build', 'native-release', 'bin', 'image-cache');

/** The server's program: as given, as IMAGE_CACHE_BIN says, on the PATH, or built in a folder above. Throws
 *  an error that says what to do. */
export function findBinary(given: string | undefined, root: string): string {
  const named = given ?? process.env['IMAGE_CACHE_BIN'];
  if (named !== undefined && named !== '') {
    const path = resolve(root, named);
    if (isProgram(path)) return path;
    const source = given === undefined ? 'IMAGE_CACHE_BIN' : "the option 'binary'";
    throw new Error(`image-cache: ${source} names ${path}, which is not a program.`);
  }
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.endsWith(join('node_modules', '.bin')))
    .map((folder) => join(folder, 'image-cache'));
  const found = [...onPath, ...above(root).map((folder) => join(folder, BUILT))].find(isProgram);
  if (found !== undefined) return found;
  throw new Error(
    "image-cache: the server's program was not found. Build it (`make build`), put it on the PATH, or " +
      'name it with IMAGE_CACHE_BIN or imageCache({ binary }). With imageCache({ url }) a server that ' +
      'runs already is used.',
  );
}

function above(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
