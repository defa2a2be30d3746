/** The addresses of the pictures that this page shows within its window now. */
export function visibleSources(): string[] {
  return [...document.images].filter(isInWindow).map(({ currentSrc }) => currentSrc);
}

function isInWindow(image: HTMLImageElement): boolean {
  const { top, bottom, left, right } = image.getBoundingClientRect();
  return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
}
