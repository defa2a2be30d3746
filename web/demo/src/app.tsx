// The page's frame: what is shown where, and what all parts share (the catalog, the mode, the
// timings, one dialog and one announcement at a time).
import { useCallback, useState } from 'react';
import { ActorPage } from './components/actor-page.tsx';
import { ActorList } from './components/actor-list.tsx';
import { ConfirmDialog, type Question } from './components/confirm-dialog.tsx';
import { Header } from './components/header.tsx';
import { Banner, EmptyState } from './components/notice.tsx';
import { LatencyPanel } from './components/latency-panel.tsx';
import { PrefetchPanel } from './components/prefetch-panel.tsx';
import { StatsPanel } from './components/stats-panel.tsx';
import { useRoute } from './state/route.ts';
import { isOneOf, useStored } from './state/stored.ts';
import { useTimings, type Mode } from './state/timings.ts';
import { useBackgroundPrefetch } from './state/use-background-prefetch.ts';
import { useCatalog } from './state/use-catalog.ts';
import { useOnline } from './state/use-online.ts';
import { useStats } from './state/use-stats.ts';

export function App() {
  const route = useRoute();
  const catalog = useCatalog();
  const stats = useStats();
  const online = useOnline();
  const [mode, setMode] = useStored<Mode>('mode', isOneOf('with', 'without'), 'with');
  const [timings, recordTiming] = useTimings();
  const [question, setQuestion] = useState<Question>();
  const [announcement, setAnnouncement] = useState('');
  const closeQuestion = useCallback(() => setQuestion(undefined), []);
  const prefetch = useBackgroundPrefetch(catalog.data?.actors);

  const shared = {
    mode,
    setMode,
    timings,
    recordTiming,
    ask: setQuestion,
    announce: setAnnouncement,
  };
  const actor =
    route.page === 'actor' ? catalog.data?.actors.find(({ id }) => id === route.id) : undefined;

  return (
    <>
      <a className="skip" href="#main" onClick={skipToMain}>
        Skip to the pictures
      </a>
      <Header />
      {!online && (
        <Banner title="You are offline.">
          Cached pictures still open; the others wait for the network.
        </Banner>
      )}
      {online && stats.down && (
        <Banner title="The cache server does not answer.">
          Pictures come straight from S3 and are as slow as S3 is. Start it again with{' '}
          <code>make run</code>.
        </Banner>
      )}
      <div className="page">
        <main id="main" tabIndex={-1}>
          {catalog.error !== undefined ? (
            <EmptyState
              title={
                catalog.error.kind === 'absent'
                  ? 'No demo backend here'
                  : 'The bucket cannot be listed'
              }
              action={
                <button type="button" className="button button-primary" onClick={catalog.reload}>
                  Try again
                </button>
              }
            >
              {catalog.error.message}
              {catalog.error.kind === 'absent' && (
                <>
                  {' '}
                  Start the whole demo with <code>make run</code> and open the address that it
                  prints.
                </>
              )}
            </EmptyState>
          ) : route.page === 'actor' ? (
            <ActorPage key={route.id} id={route.id} listed={actor} catalog={catalog} {...shared} />
          ) : (
            <ActorList catalog={catalog} timings={timings} />
          )}
        </main>
        <aside aria-label="Cache">
          <PrefetchPanel prefetch={prefetch} />
          <LatencyPanel latencyMs={catalog.data?.latency_ms} onChanged={setAnnouncement} />
          <StatsPanel stats={stats} ask={setQuestion} announce={setAnnouncement} />
        </aside>
      </div>
      {question !== undefined && <ConfirmDialog question={question} onClose={closeQuestion} />}
      <p
        className="toast"
        role="status"
        data-shown={announcement !== ''}
        key={announcement}
        onAnimationEnd={() => setAnnouncement('')}
      >
        {announcement}
      </p>
    </>
  );
}

// The hash is the route's, so the link must not change it.
function skipToMain(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
