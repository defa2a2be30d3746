// The four figures that one comes for.
import type { Numbers } from '../api/contract.ts';
import { bytes, count, duration, percent, plural } from '../state/format.ts';

interface FiguresProps {
  numbers: Numbers | undefined;
}

export function Figures({ numbers }: FiguresProps) {
  const asked = numbers === undefined ? 0 : numbers.hits + numbers.misses;
  const used =
    numbers === undefined ? 0 : Math.min(1, numbers.total_size_bytes / numbers.max_size_bytes);
  return (
    <dl className="figures" aria-label="The cache at a glance">
      <Figure
        name="Hit ratio"
        value={numbers === undefined || asked === 0 ? '–' : percent(numbers.hit_ratio)}
        note={
          asked === 0
            ? 'Nobody has asked for a picture yet'
            : `${count(numbers?.hits ?? 0)} of ${plural(asked, 'request')}`
        }
      />
      <Figure
        name="Pictures"
        value={numbers === undefined ? '–' : count(numbers.total_entries)}
        note={
          numbers === undefined
            ? ''
            : numbers.evictions === 0
              ? 'None had to be evicted'
              : `${plural(numbers.evictions, 'picture')} evicted`
        }
      />
      <Figure
        name="Disk used"
        value={numbers === undefined ? '–' : bytes(numbers.total_size_bytes)}
        note={numbers === undefined ? '' : `${percent(used)} of ${bytes(numbers.max_size_bytes)}`}
        share={used}
      />
      <Figure
        name="Waiting saved"
        value={
          numbers === undefined || numbers.downloads === 0 ? '–' : duration(numbers.time_saved_ms)
        }
        note={
          numbers === undefined || numbers.downloads === 0
            ? 'Known after the first download'
            : `The origin takes ${duration(numbers.average_origin_ms)} a picture`
        }
      />
    </dl>
  );
}

interface FigureProps {
  name: string;
  value: string;
  note: string;
  /** Drawn as a bar; the note says it in words. */
  share?: number;
}

function Figure({ name, value, note, share }: FigureProps) {
  return (
    <div className="card figure">
      <dt>{name}</dt>
      <dd className="figure-value">{value}</dd>
      <dd className="figure-note">{note}</dd>
      {share !== undefined && (
        <dd className="meter" aria-hidden="true">
          <span style={{ transform: `scaleX(${share})` }} />
        </dd>
      )}
    </div>
  );
}
