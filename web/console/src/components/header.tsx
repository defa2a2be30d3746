// Whose page this is, how its disk is, and the two things one sets here: the token and the theme.
import { duration } from '../state/format.ts';
import type { Theme } from '../state/use-theme.ts';
import { Icon } from './icons.tsx';

interface HeaderProps {
  /** The store's health by its name (docs/sick-disk.md), or "down"; nothing while it is not known. */
  state: string | undefined;
  uptimeMs: number | undefined;
  theme: Theme;
  onTheme: (theme: Theme) => void;
  onToken: () => void;
}

const STATES: Record<string, readonly [tone: 'good' | 'warn' | 'bad', words: string]> = {
  healthy: ['good', 'Running'],
  degraded: ['warn', 'Running; the disk takes nothing new'],
  off: ['bad', 'Running; the disk is left alone'],
  down: ['bad', 'Does not answer'],
};

export function Header({ state, uptimeMs, theme, onTheme, onToken }: HeaderProps) {
  const [tone, words] = (state !== undefined && STATES[state]) || ['plain', state ?? 'Connecting'];
  return (
    <header className="header">
      <img src="/console/favicon.svg" alt="" width="30" height="30" />
      <h1>Image Cache</h1>
      <p className={`chip chip-${tone}`}>{words}</p>
      {uptimeMs !== undefined && <p className="uptime subtle">for {duration(uptimeMs)}</p>}
      <div className="header-buttons">
        <button type="button" className="button button-quiet header-token" onClick={onToken}>
          <Icon name="key" /> <span>Token</span>
        </button>
        <button
          type="button"
          className="button button-quiet button-icon"
          aria-label={theme === 'dark' ? 'Use the light theme' : 'Use the dark theme'}
          onClick={() => onTheme(theme === 'dark' ? 'light' : 'dark')}
        >
          <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
        </button>
      </div>
    </header>
  );
}
