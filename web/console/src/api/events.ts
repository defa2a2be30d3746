// The server's WebSocket of news (docs/events.md): statistics and prefetches as they change. Connects
// again by itself, later each time, while nobody answers.
import type { Numbers, PrefetchSummary } from './contract.ts';

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;

export interface EventListener {
  onStats: (numbers: Numbers) => void;
  onPrefetches: (prefetches: PrefetchSummary[]) => void;
}

/** Returns what ends it. */
export function followEvents({ onStats, onPrefetches }: EventListener): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delay = FIRST_DELAY_MS;
  let isOver = false;

  const connect = (): void => {
    const url = new URL('/api/cache/events?types=stats,progress', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    socket = new WebSocket(url);
    socket.onmessage = ({ data }) => {
      delay = FIRST_DELAY_MS;
      const message = JSON.parse(String(data)) as { type: string };
      if (message.type === 'stats') onStats(message as unknown as Numbers);
      if (message.type === 'progress') {
        onPrefetches((message as unknown as { prefetches: PrefetchSummary[] }).prefetches);
      }
    };
    socket.onclose = () => {
      if (isOver) return;
      timer = setTimeout(connect, delay);
      delay = Math.min(2 * delay, MAX_DELAY_MS);
    };
  };

  connect();
  return () => {
    isOver = true;
    clearTimeout(timer);
    socket?.close();
  };
}
