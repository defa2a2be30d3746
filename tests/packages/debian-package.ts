// The Debian package, made of what is built.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';

import { binary } from '../support/binary.ts';
import { filesBelow, temporaryFolder } from '../support/files.ts';

/** In a temporary folder. Returns the file's path. */
export async function debianPackage(): Promise<string> {
  const folder = temporaryFolder();
  const config = join(dirname(dirname(binary)), 'CPackConfig.cmake');
  execFileSync('cpack', ['--config', config, '-B', folder], { stdio: 'pipe' });
  const [made] = (await filesBelow(folder)).filter((file) => /^[^/]*\.deb$/.test(file));
  if (made === undefined) throw new Error(`cpack made no package of ${config}`);
  return join(folder, made);
}
