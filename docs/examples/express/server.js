import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

const cache = process.env.CACHE_ORIGIN ?? 'http://127.0.0.1:8787';
const app = express();

// The cache under the page's own origin, its WebSocket included. It is asked by its own name.
const proxy = createProxyMiddleware({
  target: cache,
  changeOrigin: true,
  pathFilter: '/api/cache',
});
app.use(proxy);

// /?picture=s3://training/0001/a.jpg
app.get('/', (request, response) => {
  const url = encodeURIComponent(String(request.query.picture ?? ''));
  const picture = `<img alt="Training image" src="/api/cache/image?url=${url}">`;
  response.send(`<!doctype html>
<html lang="en">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Pictures behind Express</title>
  <style>img { max-width: 100%; }</style>
  <main>${url === '' ? 'Name one: /?picture=s3://BUCKET/KEY' : picture}</main>
</html>`);
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
server.on('upgrade', proxy.upgrade);
