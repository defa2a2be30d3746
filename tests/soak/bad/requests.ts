// Bytes that are no request, or one that may be read in two ways: refused, and the connection closed.
import {
  bytesOf,
  malformedRequests as rowsOfAll,
} from '../../integration/security/malformed-requests.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { within } from '../../support/until.ts';
import type { Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';

/** After the others the connection may be used again. */
const rows = rowsOfAll.filter(({ expect }) => expect.status >= 400 && expect.closes);

async function malformed(client: Client): Promise<void> {
  const { name, send, expect } = client.random.pick(rows);
  const connection = await RawConnection.open(client.world.server.origin);
  try {
    connection.write(bytesOf(send));
    const { status, body } = await connection.read();
    client.judge(name, { status, text: body }, [expect.status]);
    await within('the end of a connection that was refused', connection.closed);
    client.count();
  } finally {
    connection.destroy();
  }
}

export const malformedRequests: readonly Traffic[] = [
  { kind: 'bad', name: 'malformed requests', weight: 6, run: malformed },
];
