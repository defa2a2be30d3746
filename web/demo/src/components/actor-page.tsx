// One actor: the training pictures, with and without the cache, and what can be done with them.
import { imageCache, prefetchManager } from 'image-cache';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { deletePicture, type Actor, type Picture } from '../state/backend.ts';
import { actorBytes, actorTitle, actorTraits, bytes, plural } from '../state/format.ts';
import { ACTORS_HREF } from '../state/route.ts';
import type { ActorTimings, Mode, Timing } from '../state/timings.ts';
import { useActor } from '../state/use-actor.ts';
import { useCachedCount } from '../state/use-cached-count.ts';
import type { CatalogState } from '../state/use-catalog.ts';
import type { Question } from './confirm-dialog.tsx';
import { Gallery } from './gallery.tsx';
import { Icon } from './icons.tsx';
import { Meter } from './meter.tsx';
import { ModeSwitch } from './mode-switch.tsx';
import { EmptyState } from './notice.tsx';
import { TimingPanel } from './timing-panel.tsx';

interface ActorPageProps {
  id: string;
  /** As the list knows it: shown until this visit's own URLs are there. */
  listed: Actor | undefined;
  catalog: CatalogState;
  mode: Mode;
  setMode: (mode: Mode) => void;
  timings: Record<string, ActorTimings>;
  recordTiming: (actorId: string, mode: Mode, timing: Timing) => void;
  ask: (question: Question) => void;
  announce: (text: string) => void;
}

const NO_TIMINGS: ActorTimings = {};

export function ActorPage({
  id,
  listed,
  catalog,
  mode,
  setMode,
  timings,
  recordTiming,
  ask,
  announce,
}: ActorPageProps) {
  const [visit, setVisit] = useState(0);
  const visitKey = `${mode}/${visit}`;
  const { actor, error, forget } = useActor(id, visitKey);
  const shown = actor ?? listed;

  useEffect(() => {
    if (actor === undefined || mode === 'without') return;
    const images = actor.pictures.map(({ name, s3_url }) => ({ s3_url, filename: name }));
    // An unreachable server is told by the banner; the pictures come from S3 meanwhile.
    prefetchManager.prefetchActor(id, images).catch(() => undefined);
  }, [actor, id, mode]);

  useEffect(() => {
    if (shown !== undefined) document.title = `${actorTitle(shown)} – Actor Maker`;
    return () => {
      document.title = 'Actor Maker';
    };
  }, [shown]);

  const onDone = useCallback(
    (timing: Timing) => recordTiming(id, mode, timing),
    [recordTiming, id, mode],
  );

  const askDelete = useCallback(
    (picture: Picture, then?: () => void) =>
      ask({
        title: 'Delete this picture?',
        text: `${picture.name} is removed from the bucket and from the cache. It cannot be brought back.`,
        action: 'Delete picture',
        run: async () => {
          await deletePicture(id, picture.name);
          await imageCache.invalidate(picture.s3_url).catch(() => undefined);
          forget(picture.name);
          catalog.forget(id, picture.name);
          announce(`${picture.name} was deleted.`);
          then?.();
        },
      }),
    [ask, id, forget, catalog, announce],
  );

  const refusal = catalog.data?.delete_refusal ?? undefined;
  const deletion = useMemo(() => ({ ask: askDelete, refusal }), [askDelete, refusal]);

  if (shown === undefined || error !== undefined) {
    if (error === undefined && catalog.data === undefined)
      return <p className="subtle">Reading the bucket…</p>;
    return (
      <EmptyState
        title="No such actor"
        action={
          <a className="button" href={ACTORS_HREF}>
            All actors
          </a>
        }
      >
        {error ?? `The bucket has no pictures of “${id}”.`}
      </EmptyState>
    );
  }

  const askClear = (): void =>
    ask({
      title: `Clear the cache of ${actorTitle(shown)}?`,
      text: 'The local copies are removed. The pictures in the bucket stay; the next visit loads them from S3 again.',
      action: 'Clear cache',
      run: async () => {
        await imageCache.clearActorCache(id);
        announce(`The cache of ${actorTitle(shown)} is empty.`);
      },
    });

  return (
    <>
      <ActorHead actor={shown} />
      <div className="tools">
        <ModeSwitch mode={mode} onChange={setMode} />
        <button type="button" className="button" onClick={() => setVisit((n) => n + 1)}>
          <Icon name="reload" /> Open again
        </button>
        <button type="button" className="button" onClick={askClear}>
          <Icon name="trash" /> Clear cache
        </button>
      </div>
      {actor === undefined ? (
        <>
          <TimingPanel timings={timings[id] ?? NO_TIMINGS} mode={mode} loading={undefined} />
          <div className="gallery" aria-busy="true">
            {shown.pictures.map(({ name }) => (
              <span key={name} className="tile" />
            ))}
          </div>
        </>
      ) : actor.pictures.length === 0 ? (
        <EmptyState title="No pictures left">All of this actor’s pictures are deleted.</EmptyState>
      ) : (
        <Gallery
          key={visitKey}
          actor={actor}
          mode={mode}
          timings={timings[id] ?? NO_TIMINGS}
          onDone={onDone}
          deletion={deletion}
        />
      )}
    </>
  );
}

function ActorHead({ actor }: { actor: Actor }) {
  const title = actorTitle(actor);
  const total = actor.pictures.length;
  const cached = useCachedCount(actor);
  const traits = actorTraits(actor);
  const state = `${cached} of ${plural(total, 'picture')} cached`;
  return (
    <div className="page-head actor-head">
      <div>
        <a className="back" href={ACTORS_HREF}>
          <Icon name="back" /> All actors
        </a>
        <h1>{title}</h1>
        <p className="subtle">
          {traits !== undefined && `${traits} · `}
          {plural(total, 'picture')} · {bytes(actorBytes(actor))}
        </p>
      </div>
      <div className="actor-cache">
        <p>{state}</p>
        <Meter
          label={`Cached pictures of ${title}`}
          value={cached}
          max={total}
          text={state}
          tone={cached >= total ? 'good' : 'accent'}
        />
      </div>
    </div>
  );
}
