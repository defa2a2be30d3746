// Prefetches pictures by their URLs.
import { useState } from 'react';

import { wordsOf } from '../api/client.ts';
import { prefetch } from '../state/changes.ts';
import { Dialog } from './dialog.tsx';
import type { Announcement } from './toast.tsx';

interface PrefetchDialogProps {
  onClose: () => void;
  announce: (announcement: Announcement) => void;
}

export function PrefetchDialog({ onClose, announce }: PrefetchDialogProps) {
  const [actorId, setActorId] = useState('');
  const [urls, setUrls] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<string>();

  const send = async (event: React.SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setIsBusy(true);
    setFault(undefined);
    try {
      const images = urls
        .split(/\s+/)
        .filter(Boolean)
        .map((s3_url) => ({ s3_url }));
      announce({ text: await prefetch(actorId.trim(), images) });
      onClose();
    } catch (error) {
      setFault(wordsOf(error));
      setIsBusy(false);
    }
  };

  return (
    <Dialog title="Prefetch pictures" onClose={onClose}>
      <form className="form" onSubmit={(event) => void send(event)}>
        <label>
          Actor
          <input
            type="text"
            required
            autoFocus
            spellCheck={false}
            maxLength={64}
            placeholder="0001"
            value={actorId}
            onChange={(event) => setActorId(event.target.value)}
          />
        </label>
        <label>
          URLs, one a line
          <textarea
            required
            rows={6}
            spellCheck={false}
            placeholder="s3://training/0001/a.jpg"
            value={urls}
            onChange={(event) => setUrls(event.target.value)}
          />
        </label>
        {fault !== undefined && (
          <p className="fault" role="alert">
            {fault}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={isBusy}>
            {isBusy ? 'One moment…' : 'Prefetch'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
