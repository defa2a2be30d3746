// nginx as the peer: the cache's own files, with what a careful operator switches on for static files.
import { Nginx, type NginxOptions } from './nginx.ts';

export interface StaticOptions {
  workDir: string;
  /** The cache's folder "images", at /images/. */
  imagesDir: string;
  /** At /. */
  pageDir?: string;
  workers?: number;
  wrapper?: NginxOptions['wrapper'];
}

/** Answers with the headers that our server answers with. */
export function startStaticNginx(options: StaticOptions): Promise<Nginx> {
  const { workDir, imagesDir, pageDir, workers = 1, wrapper } = options;
  return Nginx.start({
    workDir,
    workers,
    ...(wrapper === undefined ? {} : { wrapper }),
    server: `
    ${pageDir === undefined ? '' : `location / { root ${pageDir}; }`}
    location /images/ {
      alias ${imagesDir}/;
      add_header Cache-Control "public, max-age=31536000, immutable";
      add_header X-Content-Type-Options nosniff;
    }`,
  });
}

/** Where that nginx has the picture that our server has at `localPath`. */
export function staticTarget(localPath: string): string {
  return localPath.replace('.image-cache/images/', '/images/');
}
