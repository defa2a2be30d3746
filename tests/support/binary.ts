// Where the program under test is: IMAGE_CACHE_BIN, or what `make build` leaves.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export const binary = resolve(
  process.env['IMAGE_CACHE_BIN'] ?? resolve(root, 'build/native-release/bin/image-cache'),
);

export function requireBinary(): void {
  if (!existsSync(binary)) {
    throw new Error(`${binary} does not exist: run \`make build\`, or set IMAGE_CACHE_BIN`);
  }
}
