// The tabs of one browser that show one origin's pages with one cache server. One of them leads: it has
// the socket and does the prefetching for all. Who leads holds a Web Lock, so a leader that is closed or
// crashes is followed at once by whoever waits longest.
//
//   joined ─▶ follows ─▶ leads      the lock was granted
//                ▲─────────┘        a visible tab took the lock from this hidden one; or the page was left
//
// A hidden leader may be frozen, or its timers slowed to one a minute. So a tab that becomes visible asks who
// leads, only a visible leader answers, and without an answer it takes the lock.
import { Emitter } from '../cache/emitter.js';
import { type PageLife, pageLife } from './page-life.js';

/** What tabs tell one another; each part of the package knows its own types. Structured-cloneable. */
export interface TabMessage {
  readonly type: string;
}

export interface TabGroup {
  /** This tab's name among the others; another after each load of the page. */
  readonly id: string;
  /** Without Web Locks or BroadcastChannel every tab leads, and none hears of another. */
  readonly isLeader: boolean;
  /** Called whenever `isLeader` has changed. Returns how to stop that. */
  onLeaderChange(listener: () => void): () => void;
  /** To all other tabs; nobody confirms. */
  post<Message extends TabMessage>(message: Message): void;
  onMessage(listener: (message: TabMessage, from: string) => void): () => void;
  /** Calls `listener` once, when another tab has been closed, has crashed or was left. */
  whenGone(tab: string, listener: () => void): void;
}

/** Of the lock and of the channel: one for each cache server that pages of this origin use. */
export const tabGroupName = (baseUrl: string): string => `image-cache:${baseUrl}`;

const LEADER_ANSWERS_WITHIN_MS = 1000;

interface Envelope {
  from: string;
  message: TabMessage;
}

export class BrowserTabs implements TabGroup {
  readonly id = Math.random().toString(36).slice(2);
  isLeader = false;
  readonly #name: () => string;
  readonly #page: PageLife;
  readonly #leaderChanges = new Emitter();
  readonly #messages = new Emitter<[message: TabMessage, from: string]>();
  readonly onLeaderChange = this.#leaderChanges.subscribe;
  readonly onMessage = this.#messages.subscribe;
  #hasJoined = false;
  #channel: BroadcastChannel | undefined;
  #waiting: AbortController | undefined;
  #release: (() => void) | undefined;
  #goAway: (() => void) | undefined;
  #takeTimer: ReturnType<typeof setTimeout> | undefined;

  /** `name` is asked when the tab joins: until then the application may set another server. */
  constructor(name: () => string, page: PageLife = pageLife) {
    this.#name = name;
    this.#page = page;
  }

  /** Idempotent. Until then this tab neither leads nor hears anything. */
  join(): void {
    if (this.#hasJoined) return;
    this.#hasJoined = true;
    this.#enter();
    this.#page.listen((moment) => {
      // An open channel or lock would keep the page out of the back/forward cache.
      if (moment === 'left') this.#leave();
      if (moment === 'back') this.#enter();
      if (moment === 'shown') this.#askForLeader();
    });
  }

  post<Message extends TabMessage>(message: Message): void {
    this.#channel?.postMessage({ from: this.id, message } satisfies Envelope);
  }

  whenGone(tab: string, listener: () => void): void {
    // Each tab holds a lock of its own, and whoever is given it knows that the tab holds it no more.
    if (tab !== this.id)
      navigator.locks.request(this.#lockOf(tab), {}, listener).catch(() => undefined);
  }

  #lockOf(tab: string): string {
    return `${this.#name()}:${tab}`;
  }

  #enter(): void {
    const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
    try {
      if (locks === undefined) throw new Error();
      this.#channel = new BroadcastChannel(this.#name());
    } catch {
      this.#lead(true);
      return;
    }
    this.#channel.onmessage = ({ data }: MessageEvent<Envelope>) => {
      this.#hear(data);
    };
    const isHere = new Promise<void>((resolve) => (this.#goAway = resolve));
    locks.request(this.#lockOf(this.id), {}, () => isHere).catch(() => undefined);
    this.#request(locks, false);
    this.#askForLeader();
  }

  #leave(): void {
    clearTimeout(this.#takeTimer);
    this.#waiting?.abort();
    this.#release?.();
    this.#goAway?.();
    this.#channel?.close();
    this.#channel = undefined;
    this.#lead(false);
  }

  #hear({ from, message }: Envelope): void {
    if (message.type === 'who-leads') {
      if (this.isLeader && this.#page.isVisible()) this.post({ type: 'i-lead' });
    } else if (message.type === 'i-lead') {
      clearTimeout(this.#takeTimer);
    } else {
      this.#messages.emit(message, from);
    }
  }

  #askForLeader(): void {
    if (this.isLeader || this.#channel === undefined || !this.#page.isVisible()) return;
    this.post({ type: 'who-leads' });
    clearTimeout(this.#takeTimer);
    this.#takeTimer = setTimeout(() => {
      if (!this.isLeader && this.#page.isVisible()) this.#request(navigator.locks, true);
    }, LEADER_ANSWERS_WITHIN_MS);
  }

  #request(locks: LockManager, steal: boolean): void {
    this.#waiting?.abort();
    const waiting = new AbortController();
    this.#waiting = waiting;
    const hold = (): Promise<void> | undefined => {
      if (waiting.signal.aborted) return undefined; // left while it was being granted
      clearTimeout(this.#takeTimer);
      this.#lead(true);
      return new Promise((resolve) => (this.#release = resolve));
    };
    // What is stolen cannot be waited for: the specification refuses both together.
    const options = steal ? { steal } : { signal: waiting.signal };
    locks.request(this.#name(), options, hold).catch((error: unknown) => {
      if (waiting.signal.aborted) return;
      // Taken by a visible tab: wait for it again. Anything else: locks are not to be had here.
      const isTaken = this.isLeader && (error as Error).name === 'AbortError';
      this.#lead(!isTaken);
      if (isTaken) this.#request(locks, false);
    });
  }

  #lead(isLeader: boolean): void {
    if (this.isLeader === isLeader) return;
    this.isLeader = isLeader;
    this.#leaderChanges.emit();
  }
}
