// What we use of s3rver, which ships no types.
declare module 's3rver' {
  import Koa from 'koa';

  export interface S3rverOptions {
    silent?: boolean;
    vhostBuckets?: boolean;
    serviceEndpoint?: string;
    directory?: string;
    configureBuckets?: readonly { name: string; configs?: readonly string[] }[];
  }

  export default class S3rver extends Koa {
    constructor(options?: S3rverOptions);
    configureBuckets(): Promise<unknown>;
  }
}
