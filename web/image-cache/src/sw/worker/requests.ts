// What a request is to the worker: decided by its address alone, before anything is loaded.

/** picture: a file of the cache, by its local path. object: a picture somewhere, perhaps one in S3 that is
 *  cached. manifest: the whole manifest. */
export type Asked =
  { kind: 'picture'; localPath: string } | { kind: 'object'; s3Url: string } | { kind: 'manifest' };

type AskedBy = Pick<Request, 'method' | 'destination' | 'url'>;

/** `apiUrl` is absolute and ends in "/api/cache/". Undefined: none of the worker's business. */
export function whatIsAsked(
  { method, destination, url }: AskedBy,
  apiUrl: string,
): Asked | undefined {
  if (method !== 'GET') return undefined;
  if (url.startsWith(apiUrl)) return ofTheServer(new URL(url), url.slice(apiUrl.length));
  // Scripts may read what they fetch, headers and all; an <img> only shows it.
  if (destination !== 'image' || url.startsWith(new URL(apiUrl).origin + '/')) return undefined;
  return { kind: 'object', s3Url: url };
}

function ofTheServer({ searchParams }: URL, target: string): Asked | undefined {
  if (/^image\?/.test(target)) {
    const localPath = searchParams.get('path');
    if (localPath !== null) return { kind: 'picture', localPath };
    const s3Url = searchParams.get('url');
    if (s3Url !== null) return { kind: 'object', s3Url };
  }
  return target === 'manifest' ? { kind: 'manifest' } : undefined;
}

export const pictureUrl = (apiUrl: string, localPath: string): string =>
  `${apiUrl}image?path=${encodeURIComponent(localPath)}`;
