// One who asks: sends a request, holds the answer to what it must be, and counts it.
import { Agent } from 'node:http';

import type { Answer, SendOptions } from '../support/http.ts';
import { send } from '../support/http.ts';
import type { Random } from '../torture/random.ts';
import { Violation, type TrackedPicture } from '../torture/tracked-picture.ts';
import type { Tally } from './tally.ts';
import type { Kind } from './traffic.ts';
import { TOKEN, type World } from './world.ts';

// An idle connection is given up before the server does it (60 s), lest a request goes into one that is closing.
const agent = new Agent({ keepAlive: true, maxSockets: 32, timeout: 20_000 });

/** Of clients that wait for nothing. */
export function closeIdleConnections(): void {
  agent.destroy();
}

export class Client {
  readonly world: World;
  readonly random: Random;
  readonly #tally: Tally;
  readonly #kind: Kind;

  constructor(world: World, random: Random, tally: Tally, kind: Kind) {
    this.world = world;
    this.random = random;
    this.#tally = tally;
    this.#kind = kind;
  }

  /** Sends it as somebody who knows the token; the status has to be one of these. */
  async ask(
    target: string,
    statuses: readonly number[],
    options: SendOptions = {},
  ): Promise<Answer> {
    const headers = { authorization: `Bearer ${TOKEN}`, ...options.headers };
    return this.askAsIs(target, statuses, { ...options, headers });
  }

  /** The same without the token. */
  async askAsIs(
    target: string,
    statuses: readonly number[],
    options: SendOptions = {},
  ): Promise<Answer> {
    const startedAt = performance.now();
    const answer = await send(this.world.server.origin, target, { agent, ...options });
    this.judge(`${options.method ?? 'GET'} ${target}`, answer, statuses);
    this.count(performance.now() - startedAt);
    return answer;
  }

  post(target: string, body: unknown, statuses: readonly number[]): Promise<Answer> {
    return this.ask(target, statuses, {
      method: 'POST',
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  }

  /** A fault of the server's own is never right, whatever was expected. */
  judge(what: string, answer: Pick<Answer, 'status' | 'text'>, statuses: readonly number[]): void {
    if (statuses.includes(answer.status) && !answer.text.includes('/problems/internal')) return;
    throw new Violation(
      `${what} answered ${answer.status}, not ${statuses.join(' or ')}: ${answer.text.slice(0, 300)}`,
    );
  }

  /** An answer that was right. */
  count(ms = 0): void {
    this.#tally.rightAnswer(this.#kind, ms);
  }

  aPicture(): TrackedPicture {
    const { bucket, large } = this.world;
    return this.random.chance(0.1) ? this.random.pick(large) : this.random.pick(bucket.pictures);
  }

  /** What a good request beside a clearing or damage may be answered as well. */
  excuses(watched: (kind: 'cleared' | 'damaged') => boolean): number[] {
    return [...(watched('cleared') ? [503] : []), ...(watched('damaged') ? [500, 503, 507] : [])];
  }
}

export function require(holds: boolean, what: () => string): void {
  if (!holds) throw new Violation(what());
}
