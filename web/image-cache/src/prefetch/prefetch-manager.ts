// Prefetching as an application asks for it, in any tab. One tab leads and has the engine with the module's
// queue, which decides order, retries and pauses; the others send it their orders.
//
// A tab remembers what it has asked for until it hears the end of it, and asks again when another tab begins to
// lead. What is asked for before the module is there is done, in the same order, when it is; without a module
// nothing is prefetched, and whoever waits for an actor is told that its pictures failed.
import { Emitter } from '../cache/emitter.js';
import type { Startup } from '../cache/startup.js';
import type { PictureRequest, PrefetchItem, Priority } from '../contract.js';
import type { PrefetchProgress, QueuedActor } from '../module/generated/image_cache.js';
import type { Settings } from '../options.js';
import type { PageLife } from '../tabs/page-life.js';
import type { BrowserTabs } from '../tabs/tab-group.js';
import type { BatchRunnerParts } from './batch-runner.js';
import { keepOffline } from './keep-offline.js';
import type { Actor, End, LeaveHow, News, Order, PrefetchMessage } from './orders.js';
import type { PrefetchEngine } from './prefetch-engine.js';
import { endWait, type PrefetchActorOutcome, type Waiter } from './waiters.js';

/** How often other tabs are told of the progress. */
const SHARE_PROGRESS_MS = 250;

export interface PrefetchManagerParts extends BatchRunnerParts {
  settings: Settings;
  startup: Startup;
  tabs: BrowserTabs;
  page: PageLife;
}

interface Wish {
  number: number;
  priority: Priority;
  images: Map<string, PictureRequest>;
  visible: Set<string>;
  waiters: Waiter[];
}

const NOTHING: PrefetchProgress = {
  total: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  imagesTotal: 0,
  imagesCompleted: 0,
  imagesFailed: 0,
  imagesSkipped: 0,
  imagesCancelled: 0,
  bytes: 0,
  current: null,
  paused: false,
  bytesPerSecond: 0,
  msLeft: 0,
};

export class PrefetchManager {
  readonly #parts: PrefetchManagerParts;
  readonly #changed = new Emitter();
  readonly #wishes = new Map<string, Wish>();
  #orders = 0;
  #ready: Promise<[typeof PrefetchEngine | undefined, unknown]> | undefined;
  #engine: PrefetchEngine | undefined;
  #progress = NOTHING;
  #isSharing = false;
  /** Somebody else had the orders of this tab, or nobody. */
  #mustAskAgain = false;

  constructor(parts: PrefetchManagerParts) {
    this.#parts = parts;
    parts.tabs.onLeaderChange(() => {
      // Not from within startup.start(), which makes this tab one of the group.
      queueMicrotask(() => {
        this.#do(() => undefined);
      });
    });
    parts.page.listen((moment) => {
      if (moment === 'back') this.#askAgain(); // whoever led took this tab for closed
    });
    parts.tabs.onMessage((message, from) => {
      const heard = message as PrefetchMessage; // or what another part tells: that is ignored
      if (heard.type !== 'prefetch-order') this.#hear(heard);
      else
        this.#do(() => {
          this.#engine?.execute(from, heard.order);
        });
    });
  }

  /** Queues whole actors. One that waits already gains the pictures it lacks and is never demoted. */
  readonly startPrefetch = (actors: Actor[], options: { priority?: Priority } = {}): void => {
    this.#enqueue(actors, options.priority ?? 'normal');
  };

  /** High priority, to the front. Resolves when every picture is cached or has failed for good, retries
   *  included; rejects with an AbortError when it is cancelled, with a TypeError for a bad actor id. */
  readonly prefetchActor = (
    actorId: string,
    images: PictureRequest[],
  ): Promise<PrefetchActorOutcome> =>
    new Promise((resolve, reject) => {
      const urls = images.map(({ s3_url }) => s3_url);
      const waiter = { urls, items: new Map<string, PrefetchItem>(), resolve, reject };
      this.#enqueue([{ id: actorId, images }], 'high', [waiter]);
    });

  /** To the front with what waits of it, as when a person opens it. */
  readonly openActor = (actorId: string): void => {
    this.#order({ do: 'open', actorId });
  };

  /** A person has left it: behind all others ("demote"), or forgotten ("abort") – unless another tab has
   *  asked for it and not left it. */
  readonly leaveActor = (actorId: string, how: LeaveHow = 'demote'): void => {
    const wish = this.#wishes.get(actorId);
    if (wish === undefined) return;
    wish.priority = 'low';
    this.#order({ do: 'leave', actorId, how });
  };

  /** Visible pictures are fetched before the others of their actor. */
  readonly setVisible = (actorId: string, urls: string[], isVisible: boolean): void => {
    const wish = this.#wishes.get(actorId);
    if (wish === undefined) return;
    for (const url of urls) wish.visible[isVisible ? 'add' : 'delete'](url);
    this.#order({ do: 'visible', actorId, urls, isVisible });
  };

  /** In actors; the same object until something changes. */
  readonly getProgress = (): PrefetchProgress => this.#progress;

  /** What runs and what waits, and why: the first `limit` actors. Empty in a tab that another one leads. */
  readonly getQueue = (limit: number): QueuedActor[] => this.#engine?.describe(limit) ?? [];

  /** Calls `listener` after every change of the progress. Returns how to stop that. */
  readonly subscribe = (listener: () => void): (() => void) => this.#changed.subscribe(listener);

  /** What runs goes on; nothing new is started. For all tabs. */
  readonly pause = (): void => {
    this.#setPaused(true);
  };

  readonly resume = (): void => {
    this.#setPaused(false);
  };

  /** Drops one actor, or all, for all tabs, and aborts what runs of it. */
  readonly cancel = (actorId?: string): void => {
    this.#order({ do: 'cancel', actorId });
    for (const id of actorId === undefined ? [...this.#wishes.keys()] : [actorId])
      this.#end(id, 'cancelled');
  };

  #setPaused(paused: boolean): void {
    this.#setProgress({ ...this.#progress, paused });
    this.#order({ do: paused ? 'pause' : 'resume' });
  }

  #enqueue(actors: Actor[], priority: Priority, waiters: Waiter[] = []): void {
    const number = (this.#orders += 1);
    for (const { id, images, visible = [] } of actors) {
      const wish = this.#wishes.get(id) ?? {
        number,
        priority,
        images: new Map<string, PictureRequest>(),
        visible: new Set<string>(),
        waiters: [],
      };
      wish.number = number;
      if (priority === 'high' || wish.priority === 'low') wish.priority = priority;
      for (const image of images) wish.images.set(image.s3_url, image);
      for (const url of visible) wish.visible.add(url);
      wish.waiters.push(...waiters);
      this.#wishes.set(id, wish);
    }
    this.#order({ do: 'enqueue', number, priority, actors });
  }

  #order(order: Order): void {
    const { tabs } = this.#parts;
    this.#do(() => {
      if (this.#engine !== undefined) this.#engine.execute(tabs.id, order);
      else if (!tabs.isLeader) {
        this.#mustAskAgain = true;
        tabs.post<PrefetchMessage>({ type: 'prefetch-order', order });
      } else if (order.do === 'enqueue') {
        for (const { id } of order.actors) this.#end(id, 'done'); // there is no module
      }
    });
  }

  // When the module and the engine's code have come, or failed to; always in the order in which it was asked for.
  #do(command: () => void): void {
    this.#ready ??= Promise.all([loadEngine(), this.#parts.startup.start()]);
    void this.#ready.then(([Engine]) => {
      this.#leadOrFollow(Engine);
      command();
    });
  }

  #leadOrFollow(Engine: typeof PrefetchEngine | undefined): void {
    const { tabs, local, settings } = this.#parts;
    const { view } = local;
    if (!tabs.isLeader || view === undefined || Engine === undefined) {
      if (this.#engine === undefined) return;
      this.#engine.stop();
      this.#engine = undefined;
      this.#mustAskAgain = true;
      return;
    }
    if (this.#engine !== undefined) return;
    const { paused } = this.#progress; // as the last leader has told
    this.#engine = new Engine({
      ...this.#parts,
      queue: new view.module.PrefetchQueue(view.handle, settings.prefetch),
      tell: (news) => {
        this.#hear(news);
        tabs.post(news);
      },
      changed: (progress) => {
        this.#setProgress(progress);
        this.#shareProgress();
      },
    });
    if (paused) this.#engine.execute(tabs.id, { do: 'pause' });
    tabs.post<PrefetchMessage>({ type: 'prefetch-leads' });
    if (this.#mustAskAgain) this.#askAgain();
  }

  #hear(news: News): void {
    if (news.type === 'prefetch-leads') {
      this.#askAgain();
    } else if (news.type === 'prefetch-items') {
      for (const { items } of this.#wishes.get(news.actorId)?.waiters ?? [])
        for (const item of news.items) items.set(item.s3_url, item);
    } else if (news.type === 'prefetch-progress') {
      this.#setProgress(news.progress);
    } else if (news.type === 'prefetch-ended') {
      const { actorId, end, orders } = news;
      if (this.#wishes.get(actorId)?.number === orders.get(this.#parts.tabs.id)?.number)
        this.#end(actorId, end);
    }
  }

  #end(actorId: string, end: End): void {
    const { local } = this.#parts;
    const { waiters = [], images } = this.#wishes.get(actorId) ?? {};
    this.#wishes.delete(actorId);
    if (end === 'done' && images !== undefined) keepOffline([...images.keys()]);
    for (const waiter of waiters) endWait(waiter, actorId, end, (url) => local.isCached(url));
  }

  #setProgress(progress: PrefetchProgress): void {
    this.#progress = progress;
    this.#changed.emit();
  }

  #askAgain(): void {
    this.#mustAskAgain = false;
    for (const [id, { number, priority, images, visible }] of this.#wishes) {
      const actors = [{ id, images: [...images.values()], visible: [...visible] }];
      this.#order({ do: 'enqueue', number, priority, actors });
    }
  }

  #shareProgress(): void {
    if (this.#isSharing) return;
    this.#isSharing = true;
    setTimeout(() => {
      this.#isSharing = false;
      const { tabs } = this.#parts;
      tabs.post<PrefetchMessage>({ type: 'prefetch-progress', progress: this.#progress });
    }, SHARE_PROGRESS_MS);
  }
}

/** A file of its own for bundlers: what shows the pictures that are cached need not wait for it. */
const loadEngine = (): Promise<typeof PrefetchEngine | undefined> =>
  import('./prefetch-engine.js').then(
    (file) => file.PrefetchEngine,
    () => undefined,
  );
