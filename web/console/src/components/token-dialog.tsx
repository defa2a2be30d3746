// Where the token is given: because the server asked for it, or because somebody wants to before it does.
import { useState } from 'react';

import { readToken, writeToken } from '../api/token.ts';
import { Dialog } from './dialog.tsx';
import type { Announcement } from './toast.tsx';

export type TokenQuestion =
  { why: 'wanted' } | { why: 'needed' | 'wrong'; answer: (isGiven: boolean) => void };

const WORDS: Record<TokenQuestion['why'], string> = {
  wanted: 'A server with --token-file asks for it before anything is changed. Looking needs none.',
  needed: 'This server asks for its token before anything is changed.',
  wrong: 'The server does not take this token.',
};

interface TokenDialogProps {
  question: TokenQuestion;
  onClose: () => void;
  announce: (announcement: Announcement) => void;
}

export function TokenDialog({ question, onClose, announce }: TokenDialogProps) {
  const [token, setToken] = useState(readToken);
  const isWrong = question.why === 'wrong';

  const end = (isGiven: boolean): void => {
    if (question.why !== 'wanted') question.answer(isGiven);
    onClose();
  };
  const save = (event: React.SyntheticEvent): void => {
    event.preventDefault();
    writeToken(token.trim());
    if (question.why === 'wanted') {
      announce({ text: token.trim() === '' ? 'The token is forgotten.' : 'The token is kept.' });
    }
    end(token.trim() !== '');
  };

  return (
    <Dialog title="The server’s token" onClose={() => end(false)}>
      <form className="form" onSubmit={save}>
        <p className={isWrong ? 'fault' : ''} role={isWrong ? 'alert' : undefined}>
          {WORDS[question.why]}
        </p>
        <label>
          Token
          <input
            type="password"
            autoComplete="off"
            autoFocus
            spellCheck={false}
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        </label>
        <p className="subtle">It is kept until this tab is closed, and sent to this server only.</p>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={() => end(false)}>
            Cancel
          </button>
          <button type="submit" className="button button-primary">
            Use it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
