// Many clients at once, each of which does one operation after the other until the time is over.
import { setTimeout as delay } from 'node:timers/promises';

import { within } from '../support/until.ts';
import type { Random } from '../torture/random.ts';
import { Client } from './client.ts';
import type { Tally } from './tally.ts';
import { allTraffic, type Kind } from './traffic.ts';
import type { World } from './world.ts';

/** Each client does one kind, so that the good go on whatever the others wait for. */
const CLIENTS: Record<Kind, number> = { good: 6, bad: 2, broken: 6 };
/** A soak is about time, not about speed: what is left of the machine is others'. */
const MS_BETWEEN_OPERATIONS = 50;
const LONGEST_OPERATION_MS = 120_000;

export interface LoadOptions {
  seconds: number;
  /** Only the kinds of traffic with such a name, as fast as they go: to find out which of them it is. */
  only?: RegExp | undefined;
}

export async function load(
  world: World,
  random: Random,
  tally: Tally,
  { seconds, only }: LoadOptions,
): Promise<void> {
  const chosen = allTraffic.filter(({ name }) => only?.test(name) ?? true);
  const work = async (kind: Kind, own: Random): Promise<void> => {
    const ofKind = chosen.filter((traffic) => traffic.kind === kind);
    const choices = ofKind.map((traffic) => [traffic.weight, traffic] as const);
    while (!world.isOver && choices.length > 0 && !tally.isHopeless) {
      const { name, run } = own.weighted(choices);
      const startedAt = performance.now();
      try {
        const client = new Client(world, own.fork(), tally, kind);
        await within(`the end of "${name}"`, run(client), LONGEST_OPERATION_MS);
        tally.end(kind, name);
      } catch (error) {
        tally.fault(`${kind} "${name}": ${String(error)}`);
      }
      if (only !== undefined) continue;
      const pauseMs = MS_BETWEEN_OPERATIONS - (performance.now() - startedAt);
      if (pauseMs > 0) await delay(pauseMs); // the rate
    }
  };
  const timer = setTimeout(() => (world.isOver = true), seconds * 1000);
  const kinds = Object.keys(CLIENTS) as Kind[];
  const clients = kinds.flatMap((kind) => Array<Kind>(CLIENTS[kind]).fill(kind));
  await Promise.all(clients.map((kind) => work(kind, random.fork())));
  clearTimeout(timer);
  world.isOver = true;
}
