// Requests that are wrong, or odd, byte by byte: malformed-requests.json says what is sent and what must
// happen. Add a row there.
//
// Beside the first answer's status the number of answers counts: where a row hides a second request in what it
// sends, an answer to that one would be request smuggling.
import { afterAll, beforeAll, expect, it } from 'vitest';

import { CacheServer } from '../../support/cache-server.ts';
import { expectProblemBody } from '../../support/problems.ts';
import { RawConnection, type RawAnswer } from '../../support/raw-connection.ts';
import { within } from '../../support/until.ts';
import { bytesOf, malformedRequests } from './malformed-requests.ts';

let server: CacheServer;
beforeAll(async () => {
  server = await CacheServer.start();
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

const goodbye = 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

async function answersUntilClosed(connection: RawConnection): Promise<RawAnswer[]> {
  await within('the connection to close', connection.closed);
  const answers: RawAnswer[] = [];
  while (connection.unread > 0) answers.push(await connection.read());
  return answers.filter(({ status }) => status !== 100);
}

it.each(malformedRequests)('$name', async ({ send, expect: expected }) => {
  const connection = await RawConnection.open(server.origin);
  connection.write(bytesOf(send));
  if (!expected.closes) connection.write(goodbye);
  const answers = await answersUntilClosed(connection);

  const [first] = answers;
  expect(first?.status, first?.body).toBe(expected.status);
  expect(answers.length).toBe(expected.answers + (expected.closes ? 0 : 1));
  if (!expected.closes) expect(answers.at(-1)?.status).toBe(200);
  if (expected.type !== undefined && first !== undefined) {
    expect(first.headers['content-type']).toMatch(/^application\/problem\+json\b/);
    expect(first.headers['x-content-type-options']).toBe('nosniff');
    expect(first.body).not.toMatch(/<(html|!doctype|body|h1)/i);
    expectProblemBody(first.body, expected.status, expected.type);
  }
  if (expected.closes) expect(answers.at(-1)?.headers['connection']).toBe('close');
  expect((await server.get('/healthz')).status).toBe(200);
});
