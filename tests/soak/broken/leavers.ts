// Clients that do not stay to the end of an answer, or take their time for it.
import { imageTarget } from '../../support/cache-server.ts';
import { throughTarget } from '../../support/read-through.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { StreamedAnswer } from '../../support/streamed-answer.ts';
import { within } from '../../support/until.ts';
import { require, type Client } from '../client.ts';
import type { Traffic } from '../traffic.ts';
import { TOKEN } from '../world.ts';

const authorization = `Bearer ${TOKEN}`;

function aLargeTarget({ world, random }: Client): string {
  const { url, actorId } = random.pick(world.large);
  return throughTarget(url, { actor_id: actorId });
}

async function leavesInTheMiddle(client: Client): Promise<void> {
  const { origin } = client.world.server;
  const answer = await StreamedAnswer.open(origin, aLargeTarget(client), { authorization });
  answer.pause();
  answer.leave();
  await answer.outcome;
}

async function resets(client: Client): Promise<void> {
  const connection = await RawConnection.open(client.world.server.origin);
  const fields = `Host: localhost\r\nAuthorization: ${authorization}\r\n`;
  connection.pause();
  connection.write(`GET ${aLargeTarget(client)} HTTP/1.1\r\n${fields}\r\n`);
  // Something else is asked and answered meanwhile, so that the server has come to it.
  await client.askAsIs('/healthz', [200]);
  connection.reset();
}

/** Asks for much more than anybody takes, and leaves without a look at it. */
async function asksAndGoes(client: Client): Promise<void> {
  const { world, random } = client;
  const paths = [...world.paths.keys()];
  if (paths.length === 0) return;
  const connection = await RawConnection.open(world.server.origin);
  connection.pause();
  const target = imageTarget(random.pick(paths));
  connection.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(60));
  await client.askAsIs('/healthz', [200]);
  if (random.chance(0.5)) connection.reset();
  else connection.destroy();
}

/** Takes a while, and has the picture whole all the same. */
async function readsSlowly(client: Client): Promise<void> {
  const { world, random } = client;
  const picture = random.pick(world.large);
  const target = throughTarget(picture.url, { actor_id: picture.actorId });
  const watched = world.disturbances.watch();
  const answer = await StreamedAnswer.open(world.server.origin, target, { authorization });
  for (let pauses = random.below(10); pauses > 0; pauses -= 1) {
    answer.pause();
    await client.askAsIs('/healthz', [200]);
    answer.resume();
    await client.askAsIs('/healthz', [200]);
  }
  const outcome = await within('a slow reader to have it all', answer.outcome, 30_000);
  if (answer.status !== 200) {
    const seen = { status: answer.status, text: answer.received.toString() };
    client.judge(target, seen, client.excuses(watched));
    return;
  }
  const isExcused = watched('damaged') && outcome !== 'end';
  require(outcome === 'end' || isExcused, () => `${target} broke for a slow reader: ${outcome}`);
  if (outcome === 'end') picture.versionOf(answer.received);
  client.count();
}

export const leavers: readonly Traffic[] = [
  { kind: 'broken', name: 'leaves in the middle', weight: 4, run: leavesInTheMiddle },
  { kind: 'broken', name: 'resets', weight: 3, run: resets },
  { kind: 'broken', name: 'asks and goes', weight: 2, run: asksAndGoes },
  { kind: 'broken', name: 'reads slowly', weight: 3, run: readsSlowly },
];
