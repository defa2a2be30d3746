// A panel for any page that uses the cache: what is cached, what is queued and why, where each picture came
// from and how long it took. Not part of the core: an application imports it where it wants it.
import type { ImageCacheClient } from '../create-image-cache.js';
import { defaultClient } from '../default-client.js';
import { makePanel } from './panel.js';
import { follow } from './view.js';

export interface DevtoolsOptions {
  /** Whose cache is shown. Default: the page's own. */
  client?: ImageCacheClient;
  /** What the panel is put into. Default: the body. */
  target?: Element;
  /** Whether it begins open. Default: only its button is there. */
  isOpen?: boolean;
}

/** Puts the panel on the page. Gives what takes it away again: it fits into an effect as it is. */
export function mountDevtools({
  client = defaultClient,
  target = document.body,
  isOpen = false,
}: DevtoolsOptions = {}): () => void {
  let refresh = (): void => undefined;
  const panel = makePanel(target, isOpen, () => {
    refresh();
  });
  const { stop, update } = follow(client, panel.show);
  refresh = update;
  return () => {
    stop();
    panel.remove();
  };
}
