import { ImageCache } from './cache/image-cache.js';
import { LocalManifest } from './cache/local-manifest.js';
import { ManifestSync } from './cache/manifest-sync.js';
import { Startup } from './cache/startup.js';
import { makeWarnOnce } from './cache/warn-once.js';
import { applyOptions, type ImageCacheOptions, settingsFrom } from './options.js';
import { Demand } from './prefetch/demand.js';
import { PrefetchManager } from './prefetch/prefetch-manager.js';
import { CacheServer } from './server/cache-server.js';
import { Feed } from './sync/feed.js';
import { snapshotKey } from './sync/kept-snapshot.js';
import { SnapshotKeeper } from './sync/snapshot-keeper.js';
import { pageLife } from './tabs/page-life.js';
import { BrowserTabs, tabGroupName } from './tabs/tab-group.js';

export interface ImageCacheClient {
  readonly imageCache: ImageCache;
  readonly prefetchManager: PrefetchManager;
  /** For components: gathers what is shown but not cached. */
  readonly demand: Demand;
  /** Before the first use; what is in use keeps `wasm`, `moduleDeadlineMs` and `prefetch`. */
  readonly configure: (options: ImageCacheOptions) => void;
}

/** A cache of its own; most pages need only the one that this package exports. */
export function createImageCache(options: ImageCacheOptions = {}): ImageCacheClient {
  const settings = settingsFrom(options);
  const warn = makeWarnOnce();
  const server = new CacheServer(settings);
  const local = new LocalManifest();
  const tabs = new BrowserTabs(() => tabGroupName(settings.baseUrl));
  const sync = new ManifestSync({ settings, server, local, warn });
  const common = { settings, server, local, sync, tabs, warn, page: pageLife };
  const feed = new Feed(common);
  const keeper = new SnapshotKeeper({ ...common, key: () => snapshotKey(settings.baseUrl) });
  const parts = { ...common, feed, startup: new Startup({ ...common, feed, keeper }) };
  const prefetchManager = new PrefetchManager(parts);
  return {
    imageCache: new ImageCache(parts),
    prefetchManager,
    demand: new Demand({ ...parts, prefetchManager }),
    configure: (changes) => {
      applyOptions(settings, changes);
    },
  };
}
