// A page's life as a test wants it.
import type { PageLife, PageMoment } from '../../src/tabs/page-life.js';

export class FakePage implements PageLife {
  #isVisible: boolean;
  readonly #listeners: ((moment: PageMoment) => void)[] = [];

  constructor(isVisible = true) {
    this.#isVisible = isVisible;
  }

  isVisible(): boolean {
    return this.#isVisible;
  }

  listen(listener: (moment: PageMoment) => void): void {
    this.#listeners.push(listener);
  }

  happen(moment: PageMoment): void {
    if (moment === 'shown') this.#isVisible = true;
    if (moment === 'hidden') this.#isVisible = false;
    for (const listener of this.#listeners) listener(moment);
  }
}
