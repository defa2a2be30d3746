// What is taken out of the cache: one picture, an actor, everything.
import { require, type Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

function removal(client: Client, work: () => Promise<void>): Promise<void> {
  return client.world.disturbances.during('cleared', work);
}

const invalidate = (client: Client): Promise<void> =>
  removal(client, async () => {
    const picture = client.aPicture();
    const answer = await client.post('/api/cache/invalidate', { s3_url: picture.url }, [200]);
    const { removed } = answer.json() as { removed: unknown };
    require(typeof removed === 'boolean', () => `invalidate: ${answer.text}`);
  });

const clearActor = (client: Client): Promise<void> =>
  removal(client, async () => {
    const { actorId } = client.aPicture();
    const answer = await client.post(`/api/cache/clear/${actorId}`, undefined, [200]);
    const { removed } = answer.json() as { removed: number };
    require(removed <= 12, () => `clear ${actorId}: ${answer.text}`);
  });

const clearAll = (client: Client): Promise<void> =>
  removal(client, async () => {
    await client.post('/api/cache/clear-all', undefined, [200]);
  });

export const removals: readonly Traffic[] = [
  { kind: 'good', name: 'invalidate', weight: 2, run: invalidate },
  { kind: 'good', name: 'clear an actor', weight: 0.8, run: clearActor },
  { kind: 'good', name: 'clear all', weight: 0.1, run: clearAll },
];
