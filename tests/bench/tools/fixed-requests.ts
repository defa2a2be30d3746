// Exactly so many requests, over some kept connections: what counting per request needs, and no faster
// than it has to be.
import { Agent, request } from 'node:http';

export interface FixedRequests {
  origin: string;
  target: string;
  headers?: Record<string, string>;
  count: number;
  connections: number;
}

export async function sendRequests(options: FixedRequests): Promise<void> {
  const { origin, target, headers = {}, count, connections } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let left = count;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      request(origin + target, { agent, headers }, (response) => {
        response.resume().once('end', resolve).once('error', reject);
      })
        .once('error', reject)
        .end();
    });
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, client));
  } finally {
    agent.destroy();
  }
}
