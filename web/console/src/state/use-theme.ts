// Light or dark: the system's, until the person chooses.
import { useLayoutEffect, useState, useSyncExternalStore } from 'react';

const KEY = 'image-cache-console.theme';
const DARK = '(prefers-color-scheme: dark)';

export type Theme = 'light' | 'dark';

function stored(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : undefined;
  } catch {
    return undefined;
  }
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [chosen, setChosen] = useState(stored);
  const prefersDark = useSyncExternalStore(
    (changed) => {
      const query = matchMedia(DARK);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => matchMedia(DARK).matches,
  );

  // Before the charts read their colours.
  useLayoutEffect(() => {
    if (chosen !== undefined) document.documentElement.dataset['theme'] = chosen;
  }, [chosen]);

  const choose = (theme: Theme): void => {
    setChosen(theme);
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Storage is refused: it lasts as long as the page.
    }
  };
  return [chosen ?? (prefersDark ? 'dark' : 'light'), choose];
}
