import { CachedImage } from 'image-cache/react';
import type { Actor } from '../state/backend.ts';
import { actorBytes, actorTitle, actorTraits, bytes, duration, plural } from '../state/format.ts';
import { actorHref } from '../state/route.ts';
import { speedUp, type ActorTimings } from '../state/timings.ts';
import type { CatalogState } from '../state/use-catalog.ts';
import { useCachedCount } from '../state/use-cached-count.ts';
import { Banner, EmptyState } from './notice.tsx';
import { Icon } from './icons.tsx';
import { Meter } from './meter.tsx';

interface ActorListProps {
  catalog: CatalogState;
  timings: Record<string, ActorTimings>;
}

const SKELETONS = Array.from({ length: 8 }, (_, i) => i);

export function ActorList({ catalog, timings }: ActorListProps) {
  const { data } = catalog;
  const count = data?.actors.reduce((sum, actor) => sum + actor.pictures.length, 0) ?? 0;
  const size = data?.actors.reduce((sum, actor) => sum + actorBytes(actor), 0) ?? 0;
  return (
    <>
      <div className="page-head">
        <h1>Actors</h1>
        <p className="subtle">
          {data === undefined
            ? 'Reading the bucket…'
            : `${plural(data.actors.length, 'actor')} · ${plural(count, 'training picture')} · ${bytes(size)} in S3 bucket “${data.bucket}”`}
        </p>
      </div>
      {data?.truncated === true && (
        <Banner tone="plain" title="This bucket is large.">
          Its first 10,000 objects are shown; a PREFIX narrows it.
        </Banner>
      )}
      {data?.actors.length === 0 && (
        <EmptyState title="No pictures yet">
          The bucket “{data.bucket}” holds no pictures. Put a folder of your own into it with{' '}
          <code>make run PHOTOS=~/Pictures</code>.
        </EmptyState>
      )}
      <ul className="actors" aria-busy={data === undefined}>
        {data === undefined
          ? SKELETONS.map((n) => <li key={n} className="card card-skeleton" aria-hidden="true" />)
          : data.actors.map((actor) => (
              <ActorCard key={actor.id} actor={actor} timings={timings[actor.id]} />
            ))}
      </ul>
    </>
  );
}

function ActorCard({ actor, timings }: { actor: Actor; timings: ActorTimings | undefined }) {
  const title = actorTitle(actor);
  const cover = actor.pictures[0];
  const total = actor.pictures.length;
  const cached = useCachedCount(actor);
  const factor = timings && speedUp(timings);
  const state = cached >= total ? 'All cached' : `${cached} of ${total} cached`;
  return (
    <li className="card">
      <a href={actorHref(actor.id)} className="card-link">
        <div className="cover">
          {cover !== undefined && (
            <CachedImage
              s3_url={cover.s3_url}
              actor_id={actor.id}
              filename={cover.name}
              alt=""
              width={1024}
              height={1024}
              decoding="async"
            />
          )}
          {factor !== undefined && (
            <span
              className="badge"
              title={`${duration(timings?.with?.ms ?? 0)} with the cache, ${duration(timings?.without?.ms ?? 0)} without`}
            >
              <Icon name="bolt" /> {factor.toFixed(factor < 10 ? 1 : 0)}× faster
            </span>
          )}
        </div>
        <div className="card-text">
          <h2>{title}</h2>
          <p className="subtle">{actorTraits(actor) ?? plural(total, 'picture')}</p>
          <Meter
            label={`Cached pictures of ${title}`}
            value={cached}
            max={total}
            text={state}
            tone={cached >= total ? 'good' : 'accent'}
          />
          <p className="card-state">
            <span>{state}</span>
            {cached >= total && <span className="subtle">{plural(total, 'picture')}</span>}
          </p>
        </div>
      </a>
    </li>
  );
}
