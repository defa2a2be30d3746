// The bearer token for what changes the cache. It is kept for as long as the tab is open and no longer,
// and is sent to this server only.
const KEY = 'image-cache-console.token';

export function readToken(): string {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return kept;
  }
}

export function writeToken(token: string): void {
  kept = token;
  try {
    if (token === '') sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch {
    // Storage is refused: it lives as long as the page.
  }
}

let kept = '';
