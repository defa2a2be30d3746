// What the server's log may say after a soak: nothing that it calls an error, but what `rm -rf` brings about.
interface Line {
  level: string;
  message: string;
}

const MOST_TOLD = 10;
/** While the folder is being removed. That it is there again, the traffic waits for. */
const expected = [/^the cache folder was removed/, /^manifest\.json is out of date/];

export function logFaults(stderr: string): string[] {
  const kinds = new Map<string, number>();
  for (const { level, message } of lines(stderr)) {
    if (level !== 'error' && level !== 'critical' && level !== 'unreadable') continue;
    if (expected.some((form) => form.test(message))) continue;
    const kind = `${level}: ${message.replace(/\d+/g, 'N')}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const told = [...kinds].slice(0, MOST_TOLD);
  return told.map(([kind, times]) => `${times} times in the log: ${kind}`);
}

function lines(stderr: string): Line[] {
  return stderr
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => {
      try {
        return JSON.parse(text) as Line;
      } catch {
        return { level: 'unreadable', message: text }; // a sanitizer's report, for example
      }
    });
}
