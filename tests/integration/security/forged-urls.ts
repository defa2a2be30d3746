// The rows of forged-urls.json. Names in braces stand for what differs from run to run, as {PORT}.
import { readFileSync } from 'node:fs';

export interface ForgedUrl {
  name: string;
  url: string;
  /** Of the server; without them the defaults count. */
  args?: string[];
  expect: 'origin-not-allowed' | 'invalid-url';
}

export const forgedUrls = JSON.parse(
  readFileSync(new URL('forged-urls.json', import.meta.url), 'utf8'),
) as ForgedUrl[];
