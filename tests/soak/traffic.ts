// All kinds of traffic and how often each comes.
import type { Client } from './client.ts';
import { badPaths } from './bad/paths.ts';
import { malformedRequests } from './bad/requests.ts';
import { strangers } from './bad/strangers.ts';
import { forgedUrls } from './bad/urls.ts';
import { brokenConnections } from './broken/connections.ts';
import { damage } from './broken/folder.ts';
import { leavers } from './broken/leavers.ts';
import { brokenOrigins } from './broken/origins.ts';
import { brokenSockets } from './broken/sockets.ts';
import { following } from './good/following.ts';
import { hits } from './good/hits.ts';
import { prefetching } from './good/prefetching.ts';
import { readThrough } from './good/read-through.ts';
import { removals } from './good/removals.ts';
import { upkeep } from './good/upkeep.ts';

/** Good: has to be answered right. Bad: has to be refused. Broken: has to harm nobody else. */
export type Kind = 'good' | 'bad' | 'broken';

export interface Traffic {
  kind: Kind;
  name: string;
  weight: number;
  /** One operation. Rejects with a Violation when the server did not do what it must. */
  run: (client: Client) => Promise<void>;
}

export const allTraffic: readonly Traffic[] = [
  ...hits,
  ...readThrough,
  ...prefetching,
  ...following,
  ...removals,
  ...upkeep,
  ...malformedRequests,
  ...badPaths,
  ...forgedUrls,
  ...strangers,
  ...leavers,
  ...brokenConnections,
  ...brokenSockets,
  ...brokenOrigins,
  ...damage,
];
