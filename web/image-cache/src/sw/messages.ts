// What page and worker tell each other. Each may be older than the other: what one does not know it ignores,
// and a message whose meaning changes gets another name.

/** Worker to page, with a port for the answer: string[], the addresses of the pictures now in sight. */
export const WHAT_IS_VISIBLE = 'image-cache:what-is-visible';
/** Page to worker, with `sources` and a port that is answered when they are kept, or cannot be. */
export const KEEP = 'image-cache:keep';
/** Page to worker: take over now, instead of when all pages of the old worker are closed. */
export const TAKE_OVER = 'image-cache:take-over';

export interface Message {
  type: string;
  /** Local or S3 addresses of pictures. */
  sources?: string[];
}

/** Of whatever came: any page of the origin may post anything. */
export function messageOf(data: unknown): Message {
  const { type, sources } = (data ?? {}) as Partial<Record<keyof Message, unknown>>;
  return {
    type: String(type),
    sources: Array.isArray(sources) ? sources.filter((each) => typeof each === 'string') : [],
  };
}

/** Undefined: nobody answered in time. */
export function ask(
  post: (message: Message, transfer: Transferable[]) => void,
  message: Message,
  deadlineMs: number,
): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const end = (answer?: unknown): void => {
      clearTimeout(timer);
      port1.close();
      resolve(answer);
    };
    const timer = setTimeout(end, deadlineMs);
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      end(data);
    };
    post(message, [port2]);
  });
}
