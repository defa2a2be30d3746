// Colours as "#rrggbb", mixed towards each other.

export function mix(from: string, to: string, share: number): string {
  const a = channels(from);
  const b = channels(to);
  return `#${a.map((value, i) => hex(value + ((b[i] as number) - value) * share)).join('')}`;
}

export const darker = (color: string, share: number): string => mix(color, '#0b0710', share);
export const lighter = (color: string, share: number): string => mix(color, '#fffaf0', share);

/** 0 (black) … 1 (white), as the eye weighs the channels. */
export function lightness(color: string): number {
  const [r, g, b] = channels(color) as [number, number, number];
  return (0.3 * r + 0.59 * g + 0.11 * b) / 255;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}

function hex(value: number): string {
  return Math.round(Math.min(255, Math.max(0, value)))
    .toString(16)
    .padStart(2, '0');
}
