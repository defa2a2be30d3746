// An origin that is fast and far away: nginx with a bucket's files, each answer after a latency (its echo
// module). Of S3 it speaks what its clients ask for: objects with their MD5 as ETag, and ListObjectsV2.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Nginx } from '../tools/nginx.ts';
import { GALLERY, numbered, writeBucket, type Bucket } from './bucket.ts';

export const BUCKET = 'training';
export const LATENCY_MS = 50;

const ECHO_MODULE = '/usr/lib/nginx/modules/ngx_http_echo_module.so';
/** In a query it switches the latency off. As a part of a signature it is no part of the cache key. */
const AT_ONCE = 'X-Amz-Nonce=at-once';

export class Origin {
  readonly #nginx: Nginx;
  /** Of one picture of 330 KB. */
  readonly pictureBytes: number;

  private constructor(nginx: Nginx, pictureBytes: number) {
    this.#nginx = nginx;
    this.pictureBytes = pictureBytes;
  }

  static async start(workDir: string): Promise<Origin> {
    const files = join(workDir, 'bucket');
    const bucket = await writeBucket(files);
    const etags = join(workDir, 'etags.conf');
    const etagOf = bucket.gallery.map(({ key, md5 }) => `/objects/${key} '"${md5}"';`);
    await writeFile(etags, `${etagOf.join('\n')}\n`);
    const nginx = await Nginx.start({
      workDir: join(workDir, 'nginx-origin'),
      workers: 2,
      main: `load_module ${ECHO_MODULE};`,
      http: maps(etags),
      server: locations(files, bucket),
    });
    return new Origin(nginx, bucket.large.sizeBytes);
  }

  get url(): string {
    return this.#nginx.url;
  }

  /** The folder gallery/: each picture has bytes of its own. */
  galleryUrls(): string[] {
    return Array.from({ length: GALLERY }, (_, i) => this.objectUrl(`gallery/${numbered(i)}.jpg`));
  }

  /** Pictures with names of their own and the same bytes, as many as anybody likes. */
  urls(folder: 'large' | 'small', count: number, prefix = ''): string[] {
    const name = (i: number) => `${folder}/${prefix}${numbered(i)}.jpg`;
    return Array.from({ length: count }, (_, i) => this.objectUrl(name(i)));
  }

  objectUrl(key: string): string {
    return `${this.url}/${BUCKET}/${key}`;
  }

  /** The same object, answered without the latency. */
  atOnce(url: string): string {
    return `${url}?${AT_ONCE}`;
  }

  close(): Promise<void> {
    return this.#nginx.close();
  }
}

function maps(etags: string): string {
  return `
  map_hash_max_size 8192;
  map_hash_bucket_size 128;
  map $uri $gallery_etag { include ${etags}; }
  map $args $latency_seconds { default ${LATENCY_MS / 1000}; "~${AT_ONCE}" 0.001; }
  # A page says by its token which one is next; the first is known by the prefix.
  map $args $listing {
    default none;
    "~continuation-token=(?<token>[a-z]+-[0-9]+)" $token;
    "~prefix=(?<folder>[a-z]+)" $folder-0;
  }`;
}

function locations(files: string, { large, small }: Bucket): string {
  return `
    etag off;
    default_type image/jpeg;
    location = /${BUCKET} { echo_sleep $latency_seconds; echo_exec /listings/$listing.xml; }
    location = /${BUCKET}/ { echo_sleep $latency_seconds; echo_exec /listings/$listing.xml; }
    location ~ ^/${BUCKET}/(?<key>.+)$ { echo_sleep $latency_seconds; echo_exec /objects/$key; }
    location /listings/ { internal; root ${files}; default_type application/xml; }
    location /objects/gallery/ { internal; alias ${files}/gallery/; add_header ETag $gallery_etag; }
    location /objects/large/ { internal; rewrite ^ /large.jpg break; root ${files}; add_header ETag '"${large.md5}"'; }
    location /objects/small/ { internal; rewrite ^ /small.jpg break; root ${files}; add_header ETag '"${small.md5}"'; }
    location /objects/ { internal; alias ${files}/; }`;
}
