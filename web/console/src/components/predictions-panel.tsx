// Which actor the usage model expects to be opened next, and why.
import { isMissing, post, wordsOf } from '../api/client.ts';
import type { Predictions } from '../api/contract.ts';
import type { Shared } from '../app.tsx';
import { bytes, plural, wholePercent } from '../state/format.ts';
import { useResource } from '../state/use-resource.ts';
import { Item } from './item.tsx';

const INTERVAL_MS = 10_000;
const MAX_ROWS = 5;

export function PredictionsPanel({ ask, announce }: Shared) {
  const { data, error, refresh } = useResource<Predictions>('predictions', INTERVAL_MS);

  const askToForget = (): void =>
    ask({
      title: 'Forget what was learnt?',
      text: 'The model begins anew. The pictures stay.',
      action: 'Forget',
      run: async () => {
        await post('predictions/forget');
        announce({ text: 'What was learnt is forgotten.' });
        refresh();
      },
    });

  return (
    <section
      className="card panel"
      aria-labelledby="predictions-title"
      aria-busy={data === undefined && error === undefined}
    >
      <div className="section-head">
        <h2 id="predictions-title">Next, probably</h2>
        {data?.enabled === true && data.openings > 0 && (
          <button type="button" className="button button-small" onClick={askToForget}>
            Forget…
          </button>
        )}
      </div>
      {data === undefined ? (
        <p className="note">
          {error === undefined
            ? 'Asking the server…'
            : isMissing(error)
              ? 'This server has no usage model.'
              : wordsOf(error)}
        </p>
      ) : !data.enabled ? (
        <p className="note">
          The usage model is off. Started with <code>--usage-model learn</code>, the server learns
          which actor is opened after which, and says here who comes next.
        </p>
      ) : data.guesses.length === 0 ? (
        <p className="note">No guess yet: the model learns with every actor that is opened.</p>
      ) : (
        <>
          <p className="note">
            {data.after === null ? 'To begin with' : `After actor ${data.after}`}, from{' '}
            {plural(data.openings, 'opening')} of {plural(data.actors, 'actor')} in{' '}
            {bytes(data.model_bytes)}
            {data.fetches && '; who is likely enough is fetched ahead'}:
          </p>
          <ol className="items">
            {data.guesses.slice(0, MAX_ROWS).map(({ actor_id, probability, reason }) => (
              <Item
                key={actor_id}
                name={`Actor ${actor_id}`}
                value={wholePercent(probability)}
                note={reason}
                share={probability}
              />
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
