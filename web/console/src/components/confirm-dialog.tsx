// Asks before something is removed, and says what will happen.
import { useState } from 'react';

import { wordsOf } from '../api/client.ts';
import { Dialog } from './dialog.tsx';

export interface Question {
  title: string;
  text: string;
  action: string;
  /** Closes the dialog when it resolves; what it rejects with is shown. */
  run: () => Promise<void>;
}

export function ConfirmDialog({ question, onClose }: { question: Question; onClose: () => void }) {
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<string>();

  async function confirm(): Promise<void> {
    setIsBusy(true);
    setFault(undefined);
    try {
      await question.run();
      onClose();
    } catch (error) {
      setFault(wordsOf(error));
      setIsBusy(false);
    }
  }

  return (
    <Dialog title={question.title} onClose={onClose}>
      <p>{question.text}</p>
      {fault !== undefined && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose} autoFocus>
          Keep
        </button>
        <button
          type="button"
          className="button button-danger"
          disabled={isBusy}
          onClick={() => void confirm()}
        >
          {isBusy ? 'One moment…' : question.action}
        </button>
      </div>
    </Dialog>
  );
}
