// The page's frame: what is shown where, and what all parts share (the server's numbers, the token's
// dialog, one question and one announcement at a time).
import { useCallback, useEffect, useState } from 'react';

import { onTokenNeeded, wordsOf } from './api/client.ts';
import type { Stats } from './api/contract.ts';
import { ActorsPanel } from './components/actors-panel.tsx';
import { ChartsPanel } from './components/charts-panel.tsx';
import { ConfirmDialog, type Question } from './components/confirm-dialog.tsx';
import { DownloadsPanel } from './components/downloads-panel.tsx';
import { ErrorsPanel } from './components/errors-panel.tsx';
import { Figures } from './components/figures.tsx';
import { Header } from './components/header.tsx';
import { PredictionsPanel } from './components/predictions-panel.tsx';
import { SearchPanel } from './components/search-panel.tsx';
import { Toast, type Announcement } from './components/toast.tsx';
import { TokenDialog, type TokenQuestion } from './components/token-dialog.tsx';
import { useLive } from './state/use-live.ts';
import { useResource } from './state/use-resource.ts';
import { useTheme } from './state/use-theme.ts';

const STATS_INTERVAL_MS = 5000;

/** What a panel may do besides showing: ask before it acts, and say what it did. */
export interface Shared {
  ask: (question: Question) => void;
  announce: (announcement: Announcement) => void;
  refresh: () => void;
}

export function App() {
  const stats = useResource<Stats>('stats', STATS_INTERVAL_MS);
  const isDown = stats.error !== undefined;
  const live = useLive(stats.data, isDown);
  const [theme, setTheme] = useTheme();
  const [question, setQuestion] = useState<Question>();
  const [announcement, setAnnouncement] = useState<Announcement>();
  const [tokenQuestion, setTokenQuestion] = useState<TokenQuestion>();
  const closeQuestion = useCallback(() => setQuestion(undefined), []);
  const closeToken = useCallback(() => setTokenQuestion(undefined), []);
  const endAnnouncement = useCallback(() => setAnnouncement(undefined), []);

  useEffect(() => {
    onTokenNeeded(
      (wasWrong) =>
        new Promise((resolve) =>
          setTokenQuestion({ why: wasWrong ? 'wrong' : 'needed', answer: resolve }),
        ),
    );
  }, []);

  const shared: Shared = { ask: setQuestion, announce: setAnnouncement, refresh: stats.refresh };
  return (
    <>
      <a className="skip" href="#main">
        Skip to the figures
      </a>
      <Header
        state={isDown ? 'down' : live.numbers?.store}
        uptimeMs={isDown ? undefined : stats.data?.uptime_ms}
        theme={theme}
        onTheme={setTheme}
        onToken={() => setTokenQuestion({ why: 'wanted' })}
      />
      <main id="main" tabIndex={-1}>
        {isDown && (
          <p className="banner" role="status">
            <strong>{wordsOf(stats.error)}</strong>{' '}
            {stats.data === undefined
              ? 'Is it still running? This page tries again by itself.'
              : 'What is shown is what it said last. This page tries again by itself.'}
          </p>
        )}
        <Figures numbers={live.numbers} />
        <ChartsPanel
          samples={live.samples}
          limitBytes={live.numbers?.max_size_bytes}
          theme={theme}
        />
        <div className="columns">
          <div className="column">
            <ActorsPanel actors={stats.data?.actors} isDown={isDown} {...shared} />
            <SearchPanel totals={live.numbers} {...shared} />
          </div>
          <div className="column">
            <DownloadsPanel numbers={live.numbers} prefetches={live.prefetches} />
            <ErrorsPanel />
            <PredictionsPanel {...shared} />
          </div>
        </div>
      </main>
      {question !== undefined && <ConfirmDialog question={question} onClose={closeQuestion} />}
      {tokenQuestion !== undefined && (
        <TokenDialog question={tokenQuestion} onClose={closeToken} announce={setAnnouncement} />
      )}
      <Toast announcement={announcement} onEnd={endAnnouncement} />
    </>
  );
}
