import { createServer, type AddressInfo } from 'node:net';

/** One that was free a moment ago: for programs that cannot choose one and say which. */
export function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  return new Promise((resolve) =>
    server.once('listening', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    }),
  );
}
