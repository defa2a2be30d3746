import { useState } from 'react';

import type { Entry } from '../api/contract.ts';
import { bytes, moment } from '../state/format.ts';
import { Icon } from './icons.tsx';

const MINUTE_S = 60;
/** One of the default --image-widths, for 48 pixels on a fine screen. */
const THUMBNAIL_PX = 128;

export function FoundPicture({ entry, onRemove }: { entry: Entry; onRemove: () => void }) {
  // A server that makes no smaller pictures, or not of this one, has the picture itself.
  const [isWhole, setIsWhole] = useState(false);
  const address = `/api/cache/image?path=${encodeURIComponent(entry.local_path)}`;
  return (
    <li>
      <a href={address} target="_blank" rel="noreferrer">
        <img
          src={isWhole ? address : `${address}&w=${THUMBNAIL_PX}`}
          onError={() => setIsWhole(true)}
          alt=""
          loading="lazy"
          decoding="async"
          width="48"
          height="48"
        />
        <span className="found-words">
          <strong title={entry.filename}>{entry.filename}</strong>
          <span className="subtle" title={entry.s3_url}>
            {entry.s3_url}
          </span>
          <span className="subtle found-facts">
            Actor {entry.actor_id} · {bytes(entry.size_bytes)} ·{' '}
            <time dateTime={new Date(entry.cached_at).toISOString()}>
              {moment(entry.cached_at, MINUTE_S)}
            </time>
          </span>
        </span>
      </a>
      <button
        type="button"
        className="button button-quiet button-icon button-danger-quiet"
        aria-label={`Remove the local copy of ${entry.filename}`}
        title="Remove the local copy"
        onClick={onRemove}
      >
        <Icon name="trash" />
      </button>
    </li>
  );
}
