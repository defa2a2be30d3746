// Follows the server: the leading tab holds the one socket of a browser, hands every message on to the other
// tabs as it came, and asks by HTTP as long as there is no socket.
//
//   asking ──hello──▶ following      every change is told; a gap is found by the revisions
//      ▲────closed──────┘            asks every few seconds, or backs off while nobody answers
//
// The socket stays open in a hidden page: it costs next to nothing, and whoever comes back finds everything
// in its place. A page that is left closes it, so that the back/forward cache can keep the page.
import { Emitter } from '../cache/emitter.js';
import type { LocalManifest } from '../cache/local-manifest.js';
import type { ManifestSync } from '../cache/manifest-sync.js';
import type { ServerEvent } from '../contract.js';
import type { Settings } from '../options.js';
import type { CacheServer } from '../server/cache-server.js';
import type { PageLife } from '../tabs/page-life.js';
import type { BrowserTabs, TabMessage } from '../tabs/tab-group.js';

const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;
/** Where only sockets fail they are blocked: browsers write every attempt on the console. */
const MAX_SOCKET_RETRY_MS = 300_000;
/** Where WebSockets are blocked, while nothing is being prefetched. */
const ASK_EVERY_MS = 5000;

/** What the module says of a text that tells no changes. Below it: they do not fit what it has. */
const NOT_CHANGES = -1;

interface TabEvent extends TabMessage {
  type: 'server-event';
  text: string;
}

/** hello, gap, and changes that come before there is a manifest to change. */
interface Telling {
  type?: 'hello' | 'gap' | 'changes';
  epoch?: string;
  revision: number;
}

export interface FeedParts {
  settings: Settings;
  server: CacheServer;
  local: LocalManifest;
  sync: ManifestSync;
  tabs: BrowserTabs;
  page: PageLife;
}

export class Feed {
  /** What the server tells besides changes. */
  readonly events = new Emitter<[ServerEvent]>();
  readonly #parts: FeedParts;
  #hasStarted = false;
  #socket: WebSocket | undefined;
  #isFollowing = false;
  #expecting = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** After a socket that had opened: with the next question. */
  #socketRetryMs = 0;
  #socketDueAt = 0;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  /** Idempotent. After the tab has joined the others. */
  start(): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    const { sync, tabs, page } = this.#parts;
    sync.told = (text) => {
      this.#tell(text);
    };
    tabs.onMessage((message) => {
      if (message.type === 'server-event') this.#take((message as TabEvent).text);
    });
    tabs.onLeaderChange(() => {
      this.#leadOrFollow();
    });
    page.listen((moment) => {
      if (moment === 'online') this.#close(); // whether it still works only time would tell
      if (moment === 'online' || moment === 'shown' || moment === 'back') void this.#ask();
    });
    this.#leadOrFollow();
  }

  /** Something is being prefetched: without a socket the server is asked more often. Returns how to end that. */
  expectChanges(): () => void {
    this.#expecting += 1;
    this.start();
    this.#askSoon();
    return () => {
      this.#expecting -= 1;
    };
  }

  #leadOrFollow(): void {
    const { sync, tabs } = this.#parts;
    if (!tabs.isLeader) this.#close();
    else if (sync.failures === 0) this.#open();
    this.#askSoon();
  }

  #open(): void {
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.#parts.server.eventsUrl());
    } catch {
      return; // not in this browser, or not to that address
    }
    this.#socket = socket;
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (socket !== this.#socket) return;
      this.#isFollowing = true;
      this.#socketRetryMs = 0;
      this.#tell(data);
      this.#take(data);
    };
    // Browsers tell of every end by both, Node 22 of a refused socket only by an error.
    socket.onerror = socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#close();
      this.#socketDueAt = performance.now() + this.#socketRetryMs;
      this.#socketRetryMs = Math.min(2 * this.#socketRetryMs + FIRST_RETRY_MS, MAX_SOCKET_RETRY_MS);
      this.#askSoon(jittered(FIRST_RETRY_MS));
    };
  }

  #close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isFollowing = false;
    this.#socketDueAt = 0;
    socket?.close();
  }

  /** Only while nobody tells, or what was told did not fit and asking has failed. */
  #askSoon(delayMs = this.#delayMs()): void {
    clearTimeout(this.#timer);
    const { sync, tabs } = this.#parts;
    if (sync.failures === 0 && (this.#isFollowing || !tabs.isLeader)) return;
    this.#timer = setTimeout(() => void this.#ask(), delayMs);
  }

  async #ask(): Promise<void> {
    const { sync, tabs } = this.#parts;
    const wasAway = sync.failures > 0;
    const isThere = await sync.refresh();
    const isSocketDue = wasAway || performance.now() >= this.#socketDueAt;
    if (isThere && isSocketDue && tabs.isLeader && this.#socket === undefined) this.#open();
    this.#askSoon();
  }

  #delayMs(): number {
    const { failures } = this.#parts.sync;
    if (failures > 0) return jittered(Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS));
    return this.#expecting > 0 ? this.#parts.settings.prefetch.pollIntervalMs : ASK_EVERY_MS;
  }

  #tell(text: string): void {
    const { tabs } = this.#parts;
    if (tabs.isLeader) tabs.post({ type: 'server-event', text } satisfies TabEvent);
  }

  #take(text: string): void {
    const { local } = this.#parts;
    const result = local.isKnown ? local.apply(text) : NOT_CHANGES;
    if (result >= 0) return;
    if (result < NOT_CHANGES) return void this.#ask();
    const event = JSON.parse(text) as ServerEvent | Telling;
    if (event.type === 'progress' || event.type === 'stats') {
      this.events.emit(event);
    } else if (this.#isNews(event)) {
      void this.#ask();
    }
  }

  #isNews({ epoch, revision }: Telling): boolean {
    const handle = this.#parts.local.view?.handle;
    if (handle === undefined || (epoch !== undefined && epoch !== handle.epoch())) return true;
    return revision > handle.serverRevision();
  }
}

/** Many pages must not come back at the same moment. */
const jittered = (delayMs: number): number => delayMs * (0.5 + Math.random() / 2);
