// When the page is looked at, left and come back to: the moments at which it takes up or lets go of what
// costs others something. Where there is no page (a server, a test in Node) nothing ever happens.

/** left: it is being closed, or put into the browser's back/forward cache. back: out of that again. */
export type PageMoment = 'shown' | 'hidden' | 'left' | 'back' | 'online';

export interface PageLife {
  isVisible(): boolean;
  listen(listener: (moment: PageMoment) => void): void;
}

export const pageLife: PageLife = {
  isVisible: () => typeof document === 'undefined' || !document.hidden,

  listen(listener) {
    if (typeof document === 'undefined') return;
    document.addEventListener('visibilitychange', () => {
      listener(document.hidden ? 'hidden' : 'shown');
    });
    addEventListener('pagehide', () => {
      listener('left');
    });
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) listener('back');
    });
    addEventListener('online', () => {
      listener('online');
    });
  },
};
