// Every `src` that each <img> has had since this script ran: it is the page's first.

const sources = new Map<HTMLImageElement, string[]>();

/** In order, without what is the same as before. */
export const sourcesOf = (image: HTMLImageElement): string[] => sources.get(image) ?? [];

function note(node: Node): void {
  if (!(node instanceof Element)) return;
  for (const image of node.matches('img') ? [node] : node.querySelectorAll('img')) {
    const element = image as HTMLImageElement;
    const seen = sourcesOf(element);
    if (element.src !== '' && seen.at(-1) !== element.src)
      sources.set(element, [...seen, element.src]);
  }
}

new MutationObserver((records) => {
  for (const record of records) {
    if (record.type === 'attributes') note(record.target);
    else record.addedNodes.forEach(note);
  }
}).observe(document, {
  subtree: true,
  childList: true,
  attributes: true,
  attributeFilter: ['src'],
});
note(document.documentElement);
