export type Warn = (topic: string, message: string, cause: unknown) => void;

/** Each topic is warned of once: a gallery of a thousand pictures is not a thousand lines. */
export function makeWarnOnce(): Warn {
  const told = new Set<string>();
  return (topic, message, cause) => {
    if (told.has(topic)) return;
    told.add(topic);
    console.warn(`image-cache: ${message}`, cause);
  };
}
