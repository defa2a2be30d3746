// One picture, large. Arrow keys show the next, Escape closes.
import { CachedImage } from 'image-cache/react';
import type { Actor } from '../state/backend.ts';
import type { Deletion } from '../state/deletion.ts';
import { bytes } from '../state/format.ts';
import type { Mode } from '../state/timings.ts';
import type { PictureSource } from '../state/use-visit.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icons.tsx';
import { SourceTag } from './source-tag.tsx';

interface LightboxProps {
  actor: Actor;
  index: number;
  mode: Mode;
  source: PictureSource | undefined;
  deletion: Deletion;
  onShow: (index: number) => void;
  onClose: () => void;
}

export function Lightbox({ actor, index, mode, source, deletion, onShow, onClose }: LightboxProps) {
  const picture = actor.pictures[index];
  if (picture === undefined) return null;
  const count = actor.pictures.length;
  const label = `Picture ${index + 1} of ${count}`;
  const show = (step: number): void => onShow((index + step + count) % count);
  const image = { alt: label, width: 1024, height: 1024 };

  function onKeyDown(event: React.KeyboardEvent): void {
    if (event.key === 'ArrowLeft') show(-1);
    else if (event.key === 'ArrowRight') show(1);
  }

  return (
    <Dialog
      label={`${picture.name}, ${label}`}
      className="lightbox"
      onClose={onClose}
      onKeyDown={onKeyDown}
    >
      <div className="lightbox-head">
        <div>
          <h2>{picture.name}</h2>
          <p className="subtle" aria-live="polite">
            {label} · {bytes(picture.size_bytes)}
          </p>
        </div>
        {source !== undefined && <SourceTag source={source} />}
        <button type="button" className="button button-icon" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div className="lightbox-picture">
        {mode === 'with' ? (
          <CachedImage
            key={picture.name}
            {...image}
            s3_url={picture.s3_url}
            actor_id={actor.id}
            filename={picture.name}
          />
        ) : (
          <img key={picture.name} {...image} src={picture.s3_url} />
        )}
      </div>
      <div className="lightbox-foot">
        <button type="button" className="button" onClick={() => show(-1)} disabled={count < 2}>
          <Icon name="back" /> Previous
        </button>
        <button type="button" className="button" onClick={() => show(1)} disabled={count < 2}>
          Next <Icon name="next" />
        </button>
        <button
          type="button"
          className="button button-danger-quiet"
          disabled={deletion.refusal !== undefined}
          title={deletion.refusal}
          onClick={() => {
            const following = (index + 1) % count;
            deletion.ask(picture, () => (count > 1 ? onShow(following) : onClose()));
          }}
        >
          <Icon name="trash" /> Delete
        </button>
      </div>
    </Dialog>
  );
}
