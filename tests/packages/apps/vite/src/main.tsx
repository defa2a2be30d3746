import { type CacheStats, imageCache } from 'image-cache';
import { CachedImage, usePrefetchProgress } from 'image-cache/react';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const picture = new URLSearchParams(location.search).get('picture') ?? '';

function App() {
  const { total } = usePrefetchProgress();
  const [stats, setStats] = useState<CacheStats>();
  useEffect(() => {
    void imageCache.getStats().then(setStats);
  }, []);
  return (
    <main data-prefetches={total} data-entries={stats?.total_entries}>
      <CachedImage s3_url={picture} actor_id="0001" alt="Training image" width={64} height={64} />
    </main>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
