// A bar with its words: the number is never told by colour and length alone.
interface MeterProps {
  /** What is measured, for screen readers: "Cached pictures of Actor 0001". */
  label: string;
  value: number;
  max: number;
  /** The same in words, as `aria-valuetext`. */
  text: string;
  tone?: 'accent' | 'good' | 'plain';
}

export function Meter({ label, value, max, text, tone = 'accent' }: MeterProps) {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <div
      className={`meter meter-${tone}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      aria-valuetext={text}
    >
      <span style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}
