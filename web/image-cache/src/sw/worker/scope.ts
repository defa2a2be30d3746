// The part of a service worker's globals that is used here. TypeScript's own library for them excludes the
// page's, and the two share files.

export interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

export interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  /** Undefined unless the browser has asked for the page already. */
  readonly preloadResponse?: Promise<Response | undefined>;
}

export interface WorkerMessage extends ExtendableEvent {
  readonly data: unknown;
  readonly ports: readonly MessagePort[];
}

interface WindowClient {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

export interface WorkerScope {
  readonly location: Location;
  readonly registration: {
    /** Not in every browser. */
    readonly navigationPreload?: { enable(): Promise<void> };
  };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window' }): Promise<readonly WindowClient[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'message', listener: (event: WorkerMessage) => void): void;
}

/** In a page and on a server it is something else: nobody there may use it. */
export const scope = globalThis as unknown as WorkerScope;
