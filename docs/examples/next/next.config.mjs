// One origin for the page and the cache, as behind a reverse proxy.
const cache = process.env.CACHE_ORIGIN ?? 'http://127.0.0.1:8787';

export default {
  rewrites: async () => [{ source: '/api/cache/:path*', destination: `${cache}/api/cache/:path*` }],
};
