// Secrets that can be recognised wherever they turn up, and the places to look for them.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { expect } from 'vitest';

import { filesBelow } from './files.ts';

// With digits among the letters, as what is random has: an error's name has none or few.
export const secrets = {
  signature: '8f3e01CANARY9a4c77b2d6105e83',
  keyId: 'AKIACANARY0123456789',
  secretKey: 'CANARY4bK7x1Qz90Lw5Rt3Yp8Ud2',
  sessionToken: 'IQoJ0CANARY61b2Fz8dXMtZWFzdC0x',
  bearer: 'CANARY5d0c8e9417a6b3f2',
  password: 'CANARY1p7a5s3s9',
};
const mark = /.{0,80}CANARY.{0,40}/i;

/** As S3 signs a link, by version 4 and by version 2, with everything in it that is nobody else's business. */
export function presigned(url: string): string {
  return (
    `${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${secrets.keyId}%2F20260101%2Fus-east-1%2Fs3%2Faws4_request` +
    `&X-Amz-Security-Token=${secrets.sessionToken}&X-Amz-Signature=${secrets.signature}`
  );
}

export function presignedV2(url: string): string {
  return `${url}?AWSAccessKeyId=${secrets.keyId}&Expires=1&Signature=${secrets.signature}`;
}

/** `more` are secrets that were made on the way: the signatures of headers. */
export function expectNoSecret(where: string, text: string, more: string[] = []): void {
  expect(mark.exec(text)?.[0], where).toBeUndefined();
  for (const secret of more) expect(text.includes(secret), `${where}: ${secret}`).toBe(false);
}

/** Whatever a folder holds, with the names of its files. */
export async function expectNoSecretBelow(folder: string, more: string[] = []): Promise<void> {
  const files = await filesBelow(folder);
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    expectNoSecret('a file name', basename(file), more);
    const bytes = await readFile(`${folder}/${file}`);
    expectNoSecret(file, bytes.toString('latin1'), more);
  }
}
