// Asks before something is deleted or cleared, and says what will happen.
import { useState } from 'react';
import { Dialog } from './dialog.tsx';

export interface Question {
  title: string;
  text: string;
  action: string;
  /** Closes the dialog when it resolves; what it rejects with is shown. */
  run: () => Promise<void>;
}

export function ConfirmDialog({ question, onClose }: { question: Question; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();

  async function confirm(): Promise<void> {
    setBusy(true);
    setFault(undefined);
    try {
      await question.run();
      onClose();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <Dialog label={question.title} className="confirm" onClose={onClose}>
      <div className="dialog-body">
        <h2>{question.title}</h2>
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
            disabled={busy}
            onClick={() => void confirm()}
          >
            {busy ? 'One moment…' : question.action}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
