// An actor's pictures as a grid whose places are reserved before anything loads. Arrow keys move
// between pictures, Enter opens one, Delete asks whether to delete it.
import { CachedImage } from 'image-cache/react';
import { useCallback, useRef, useState } from 'react';
import type { Actor, Picture } from '../state/backend.ts';
import type { Deletion } from '../state/deletion.ts';
import { plural } from '../state/format.ts';
import type { ActorTimings, Mode, Timing } from '../state/timings.ts';
import { sourceOf, useVisit, type PictureSource } from '../state/use-visit.ts';
import { Icon } from './icons.tsx';
import { Lightbox } from './lightbox.tsx';
import { SourceTag } from './source-tag.tsx';
import { TimingPanel } from './timing-panel.tsx';

interface GalleryProps {
  actor: Actor;
  mode: Mode;
  timings: ActorTimings;
  onDone: (timing: Timing) => void;
  deletion: Deletion;
}

/** A folder of thousands is opened in pieces; the timing counts the first one. */
const PIECE = 60;

/** What a tile is offered, of the server's --image-widths, and how wide gallery.css makes it. */
const TILE_WIDTHS = [128, 256, 384, 640];
const TILE_SIZES = '(max-width: 560px) 31vw, 200px';

export function Gallery({ actor, mode, timings, onDone, deletion }: GalleryProps) {
  const [limit, setLimit] = useState(PIECE);
  const [openName, setOpenName] = useState<string>();
  const grid = useRef<HTMLUListElement>(null);
  const pictures = actor.pictures.slice(0, limit);
  const timed = Math.min(actor.pictures.length, PIECE);
  const { start, sources, settle } = useVisit(timed, onDone);
  const loading = sources.size < timed ? { start, loaded: sources.size, total: timed } : undefined;
  const openAt = actor.pictures.findIndex(({ name }) => name === openName);

  const onKeyDown = useCallback((event: React.KeyboardEvent) => moveFocus(event, grid.current), []);

  return (
    <>
      <TimingPanel timings={timings} mode={mode} loading={loading} />
      <ul
        className="gallery"
        ref={grid}
        aria-label={`Training pictures of ${actor.name}`}
        onKeyDown={onKeyDown}
      >
        {pictures.map((picture, index) => (
          <Tile
            key={picture.name}
            actorId={actor.id}
            picture={picture}
            label={`Picture ${index + 1} of ${actor.pictures.length}`}
            mode={mode}
            source={sources.get(picture.name)}
            settle={settle}
            onOpen={setOpenName}
            deletion={deletion}
          />
        ))}
      </ul>
      {actor.pictures.length > limit && (
        <button type="button" className="button more" onClick={() => setLimit(limit + PIECE)}>
          Show {plural(Math.min(PIECE, actor.pictures.length - limit), 'more picture')}
        </button>
      )}
      {openAt >= 0 && (
        <Lightbox
          actor={actor}
          index={openAt}
          mode={mode}
          source={sources.get(openName as string)}
          deletion={deletion}
          onShow={(index) => setOpenName(actor.pictures[index]?.name)}
          onClose={() => setOpenName(undefined)}
        />
      )}
    </>
  );
}

interface TileProps {
  actorId: string;
  picture: Picture;
  label: string;
  mode: Mode;
  source: PictureSource | undefined;
  settle: (name: string, source: PictureSource) => void;
  onOpen: (name: string) => void;
  deletion: Deletion;
}

function Tile({ actorId, picture, label, mode, source, settle, onOpen, deletion }: TileProps) {
  const image = {
    alt: label,
    width: 1024,
    height: 1024,
    decoding: 'async' as const,
    onLoad: (event: React.SyntheticEvent<HTMLImageElement>) =>
      settle(picture.name, sourceOf(event.currentTarget)),
    // CachedImage turns a broken local copy into the one in S3 by itself; this is the end.
    onError: () => settle(picture.name, 'failed'),
  };
  return (
    <li className="tile" data-source={source ?? 'waiting'}>
      <button type="button" className="tile-open" onClick={() => onOpen(picture.name)}>
        {mode === 'with' ? (
          <CachedImage
            {...image}
            s3_url={picture.s3_url}
            actor_id={actorId}
            filename={picture.name}
            widths={TILE_WIDTHS}
            sizes={TILE_SIZES}
          />
        ) : (
          <img {...image} src={picture.s3_url} />
        )}
      </button>
      {source !== undefined && <SourceTag source={source} />}
      {deletion.refusal === undefined && (
        <button
          type="button"
          className="tile-delete"
          tabIndex={-1}
          aria-label={`Delete ${label}`}
          onClick={() => deletion.ask(picture)}
        >
          <Icon name="trash" />
        </button>
      )}
    </li>
  );
}

function moveFocus(event: React.KeyboardEvent, grid: HTMLUListElement | null): void {
  if (grid === null) return;
  const tiles = [...grid.querySelectorAll<HTMLElement>('.tile-open')];
  const at = tiles.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const columns = getComputedStyle(grid).gridTemplateColumns.split(' ').length;
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  };
  const target =
    event.key === 'Home'
      ? 0
      : event.key === 'End'
        ? tiles.length - 1
        : at + (steps[event.key] ?? 0);
  if (event.key === 'Delete') {
    tiles[at]?.parentElement?.querySelector<HTMLElement>('.tile-delete')?.click();
  } else if (target !== at && tiles[target] !== undefined) {
    event.preventDefault();
    tiles[target].focus();
  }
}
