import { useEffect } from 'react';
import { ACTORS_HREF } from '../state/route.ts';
import { isOneOf, useStored } from '../state/stored.ts';
import { Icon } from './icons.tsx';

type Theme = 'light' | 'dark' | 'system';

export function Header() {
  const [theme, setTheme] = useStored<Theme>('theme', isOneOf('light', 'dark', 'system'), 'system');
  const prefersDark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  const dark = theme === 'dark' || (theme === 'system' && prefersDark);

  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);

  return (
    <header className="header">
      <a className="brand" href={ACTORS_HREF}>
        <img src="/favicon.svg" alt="" width="30" height="30" />
        <span>Actor Maker</span>
      </a>
      <button
        type="button"
        className="button button-icon"
        aria-label={dark ? 'Use the light theme' : 'Use the dark theme'}
        onClick={() => setTheme(dark ? 'light' : 'dark')}
      >
        <Icon name={dark ? 'sun' : 'moon'} />
      </button>
    </header>
  );
}
