// Brings every actor to the disk behind the visitor's back, at normal priority, from the moment the
// page opens. Whether it is paused survives a reload.
import { prefetchManager, type PrefetchProgress } from 'image-cache';
import { usePrefetchProgress } from 'image-cache/react';
import { useCallback, useEffect, useRef } from 'react';
import type { Actor } from './backend.ts';
import { readStored, writeStored } from './stored.ts';

export interface BackgroundPrefetch {
  progress: PrefetchProgress;
  running: boolean;
  start: () => void;
  pause: () => void;
  resume: () => void;
  cancel: () => void;
}

const PAUSED = 'prefetch-paused';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

export function useBackgroundPrefetch(actors: Actor[] | undefined): BackgroundPrefetch {
  const progress = usePrefetchProgress();
  const started = useRef(false);

  const start = useCallback(() => {
    prefetchManager.startPrefetch(
      (actors ?? []).map(({ id, pictures }) => ({
        id,
        images: pictures.map(({ name, s3_url }) => ({ s3_url, filename: name })),
      })),
    );
  }, [actors]);

  useEffect(() => {
    if (actors === undefined || started.current) return;
    started.current = true;
    if (readStored(PAUSED, isBoolean, false)) prefetchManager.pause();
    start();
  }, [actors, start]);

  const pause = useCallback(() => {
    prefetchManager.pause();
    writeStored(PAUSED, true);
  }, []);
  const resume = useCallback(() => {
    prefetchManager.resume();
    writeStored(PAUSED, false);
  }, []);
  const cancel = useCallback(() => {
    prefetchManager.cancel();
    resume();
  }, [resume]);

  const { completed, failed, cancelled, total } = progress;
  const running = completed + failed + cancelled < total;
  return { progress, running, start, pause, resume, cancel };
}
