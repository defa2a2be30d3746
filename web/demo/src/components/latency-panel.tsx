// How slow S3 is. Only the demo's own S3 server lets itself be slowed down.
import { useEffect, useState } from 'react';
import { putLatency } from '../state/backend.ts';
import { duration } from '../state/format.ts';

interface LatencyPanelProps {
  /** null for a real bucket, undefined while it is not known. */
  latencyMs: number | null | undefined;
  onChanged: (announcement: string) => void;
}

export function LatencyPanel({ latencyMs, onChanged }: LatencyPanelProps) {
  const [value, setValue] = useState<number>();
  useEffect(() => {
    if (typeof latencyMs === 'number') setValue(latencyMs);
  }, [latencyMs]);

  async function apply(): Promise<void> {
    if (value === undefined) return;
    try {
      const answer = await putLatency(value);
      onChanged(`S3 now takes ${duration(answer.latency_ms)} a picture.`);
    } catch (error) {
      onChanged((error as Error).message);
    }
  }

  return (
    <section className="panel" aria-labelledby="latency-title">
      <h2 id="latency-title">S3 latency</h2>
      {latencyMs === null ? (
        <p className="subtle">This is a real bucket: it is as fast as it is.</p>
      ) : (
        <>
          <output className="latency-value" htmlFor="latency">
            {value === undefined ? '–' : `${duration(value)} a picture`}
          </output>
          <input
            id="latency"
            type="range"
            min={0}
            max={5000}
            step={100}
            value={value ?? 0}
            disabled={value === undefined}
            aria-label="S3 latency in milliseconds"
            aria-valuetext={value === undefined ? 'unknown' : duration(value)}
            onChange={(event) => setValue(event.target.valueAsNumber)}
            onPointerUp={() => void apply()}
            onKeyUp={() => void apply()}
          />
          <p className="range-ends subtle" aria-hidden="true">
            <span>0 s</span>
            <span>5 s</span>
          </p>
        </>
      )}
    </section>
  );
}
