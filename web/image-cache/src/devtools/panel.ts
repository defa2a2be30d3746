// The panel and the button that opens it, in a shadow of their own. It shows views; it asks nobody.
import { h } from './dom.js';
import { figures, pictures, queue } from './sections.js';
import { addStyle } from './style.js';
import type { View } from './view.js';

const AVAILABILITY = {
  ready: 'ready',
  'no-server': 'no cache server',
  'no-module': 'no WebAssembly',
};

export interface Panel {
  show: (view: View) => void;
  remove: () => void;
}

/** `onToggle` is called with whether anybody can see what is shown. */
export function makePanel(
  target: Element,
  isOpen: boolean,
  onToggle: (isOpen: boolean) => void,
): Panel {
  const host = h('div', { 'data-image-cache-devtools': '' });
  const shadow = host.attachShadow({ mode: 'open' });
  addStyle(shadow);
  const share = h('b');
  const toggle = h(
    'button',
    { type: 'button', class: 'toggle', 'aria-controls': 'panel' },
    'Image Cache',
    share,
  );
  const close = h('button', { type: 'button', class: 'close' }, 'Close');
  const chip = h('span', { class: 'chip' }, '…');
  // Focusable, since it scrolls: who has no mouse scrolls it with the arrow keys.
  const content = h('div', {
    class: 'scroll',
    tabindex: '0',
    role: 'group',
    'aria-label': 'Figures',
  });
  const panel = h(
    'section',
    { id: 'panel', class: 'panel', 'aria-label': 'Image Cache devtools' },
    h('header', {}, h('h2', {}, 'Image Cache'), chip, close),
    content,
  );
  shadow.append(panel, toggle);

  const setOpen = (open: boolean): void => {
    panel.hidden = !open;
    toggle.setAttribute('aria-expanded', String(open));
    onToggle(open);
  };
  toggle.addEventListener('click', () => {
    setOpen(panel.hidden !== false);
  });
  const shut = (): void => {
    setOpen(false);
    toggle.focus();
  };
  close.addEventListener('click', shut);
  panel.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') shut();
  });
  target.append(host);
  setOpen(isOpen);

  return {
    show: (view) => {
      const { availability, pictures: all } = view;
      const local = all.filter(({ isLocal }) => isLocal).length;
      share.textContent = all.length === 0 ? '' : `${local}/${all.length}`;
      chip.textContent = availability === undefined ? 'loading' : AVAILABILITY[availability];
      if (panel.hidden) return;
      content.replaceChildren(
        figures(view),
        h('h3', {}, 'Prefetch queue'),
        queue(view),
        h('h3', {}, 'Pictures on this page'),
        ...pictures(view),
      );
    },
    remove: () => {
      host.remove();
    },
  };
}
