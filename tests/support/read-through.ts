// Asking for a picture by its URL.
export function throughTarget(url: string, more: Record<string, string> = {}): string {
  const parameters = Object.entries({ url, ...more });
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `/api/cache/image?${query.join('&')}`;
}
