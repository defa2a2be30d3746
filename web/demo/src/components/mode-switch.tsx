import type { Mode } from '../state/timings.ts';

const MODES: readonly { mode: Mode; text: string }[] = [
  { mode: 'with', text: 'With the cache' },
  { mode: 'without', text: 'Without' },
];

export function ModeSwitch({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  return (
    <fieldset className="switch">
      <legend className="visually-hidden">How the gallery is opened</legend>
      {MODES.map((option) => (
        <label key={option.mode}>
          <input
            type="radio"
            name="mode"
            value={option.mode}
            checked={mode === option.mode}
            onChange={() => onChange(option.mode)}
          />
          <span>{option.text}</span>
        </label>
      ))}
    </fieldset>
  );
}
