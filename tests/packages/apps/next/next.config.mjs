// Next's own inline scripts need 'unsafe-inline' without a nonce; WebAssembly needs no more than elsewhere.
const policy =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; " +
  "style-src 'self' 'unsafe-inline'; img-src 'self' data: http://127.0.0.1:*";

export default {
  // One origin for the page and the cache, as behind a reverse proxy.
  rewrites: async () => [
    { source: '/api/cache/:path*', destination: `${process.env.CACHE_ORIGIN}/api/cache/:path*` },
  ],
  headers: async () => [
    { source: '/', headers: [{ key: 'Content-Security-Policy', value: policy }] },
  ],
};
