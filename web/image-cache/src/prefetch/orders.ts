// What tabs say to the tab that leads, whose queue prefetches for all of them, and what it says to them.
import type { PictureRequest, PrefetchItem, Priority } from '../contract.js';
import type { PrefetchProgress } from '../module/generated/image_cache.js';
import type { TabMessage } from '../tabs/tab-group.js';

export interface Actor {
  id: string;
  images: PictureRequest[];
  /** The URLs of those that are in sight: they go before the others. */
  visible?: string[];
}

/** demote: behind all others. abort: forgotten. Both unless another tab has it open. */
export type LeaveHow = 'demote' | 'abort';

export type Order =
  /** `number` grows with each order of a tab: an end that is told may be that of an earlier one. */
  | { do: 'enqueue'; number: number; priority: Priority; actors: Actor[] }
  | { do: 'visible'; actorId: string; urls: string[]; isVisible: boolean }
  | { do: 'open'; actorId: string }
  | { do: 'leave'; actorId: string; how: LeaveHow }
  /** Of every tab; without `actorId` all actors. */
  | { do: 'cancel'; actorId: string | undefined }
  | { do: 'pause' | 'resume' };

/** done: every picture is cached or has failed for good. refused: not an actor's id. */
export type End = 'done' | 'cancelled' | 'refused';

export type News =
  /** Another tab leads now and has heard of no order yet. */
  | { type: 'prefetch-leads' }
  /** What a batch came to. A picture that is tried again turns up again. */
  | { type: 'prefetch-items'; actorId: string; items: PrefetchItem[] }
  /** `orders`: by tab, the last one that the leader knew of then. */
  | { type: 'prefetch-ended'; actorId: string; end: End; orders: Map<string, { number: number }> }
  | { type: 'prefetch-progress'; progress: PrefetchProgress };

export type PrefetchMessage = TabMessage & (News | { type: 'prefetch-order'; order: Order });
