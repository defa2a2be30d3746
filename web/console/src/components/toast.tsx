// What was just done, in a sentence, with at most one thing to do about it. Read out by screen readers;
// nothing else on the page is, however often its figures change.
import { useEffect } from 'react';

export interface Announcement {
  text: string;
  action?: { words: string; run: () => void };
}

/** With something to do about it, long enough to get there by keyboard. */
const SHOWN_MS = 6000;
const SHOWN_WITH_ACTION_MS = 20_000;

interface ToastProps {
  announcement: Announcement | undefined;
  onEnd: () => void;
}

export function Toast({ announcement, onEnd }: ToastProps) {
  useEffect(() => {
    if (announcement === undefined) return;
    const shown = announcement.action === undefined ? SHOWN_MS : SHOWN_WITH_ACTION_MS;
    const timer = setTimeout(onEnd, shown);
    return () => clearTimeout(timer);
  }, [announcement, onEnd]);

  const action = announcement?.action;
  return (
    <div className="toast" role="status" data-shown={announcement !== undefined}>
      <span>{announcement?.text}</span>
      {action !== undefined && (
        <button
          type="button"
          onClick={() => {
            onEnd();
            action.run();
          }}
        >
          {action.words}
        </button>
      )}
    </div>
  );
}
