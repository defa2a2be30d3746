// Paths that are not local paths of ours.
import { require, type Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

const images = '.image-cache/images/';

// As they stand on the request line.
const paths: readonly string[] = [
  '/etc/passwd',
  '../../../../etc/passwd',
  '%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  '%252e%252e%252fetc%252fpasswd',
  '.image-cache/manifest.json',
  images,
  `${images}../manifest.json`,
  `${images}actor-0/..%2f..%2fmanifest.json`,
  `${images}actor-0/%c0%ae%c0%ae/a.jpg`,
  `${images}actor-0\\..\\a.jpg`,
  `${images}actor-0/a.jpg%00`,
  `${images}actor-0/%0d%0aSet-Cookie:%20a.jpg`,
  `${images}.hidden/a.jpg`,
  `${images}actor-0/a.html`,
  `${images}actor-0/${'a'.repeat(300)}.jpg`,
  '%',
  '',
];

async function badPath(client: Client): Promise<void> {
  const target = `/api/cache/image?path=${client.random.pick(paths)}`;
  const answer = await client.askAsIs(target, [400]);
  require(answer.headers['set-cookie'] === undefined, () => `${target} has split the head`);
}

export const badPaths: readonly Traffic[] = [
  { kind: 'bad', name: 'bad paths', weight: 5, run: badPath },
];
