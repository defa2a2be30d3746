// What has been asked so far, how it went, and what was wrong.
import { median } from '../support/flatness.ts';
import type { Kind } from './traffic.ts';

/** More of them say no more. */
const MOST_FAULTS = 20;
const MOST_CHARACTERS = 1000;

export class Tally {
  /** Operations that have ended as they must, of each traffic. */
  readonly done = new Map<string, number>();
  readonly doneOfKind: Record<Kind, number> = { good: 0, bad: 0, broken: 0 };
  /** Answers that were judged and right, of good traffic and of all. */
  goodAnswers = 0;
  answers = 0;
  readonly faults: string[] = [];
  readonly #goodMs: number[] = [];
  readonly #startedAt = performance.now();

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  get operations(): number {
    return this.doneOfKind.good + this.doneOfKind.bad + this.doneOfKind.broken;
  }

  get isHopeless(): boolean {
    return this.faults.length >= MOST_FAULTS;
  }

  end(kind: Kind, name: string): void {
    this.doneOfKind[kind] += 1;
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
  }

  rightAnswer(kind: Kind, ms: number): void {
    this.answers += 1;
    if (kind !== 'good') return;
    this.goodAnswers += 1;
    this.#goodMs.push(ms);
  }

  fault(what: string): void {
    if (this.isHopeless) return;
    const readable = what.replace(/[^\x20-\x7e→]+/g, '.').slice(0, MOST_CHARACTERS);
    this.faults.push(`after ${this.seconds.toFixed(1)} s: ${readable}`);
  }

  /** How long good requests took. */
  latency(): { medianMs: number; longestMs: number } {
    if (this.#goodMs.length === 0) return { medianMs: 0, longestMs: 0 };
    const longestMs = this.#goodMs.reduce((longest, ms) => Math.max(longest, ms), 0);
    return { medianMs: median(this.#goodMs), longestMs };
  }
}
