#include "native-server/cli/cache_access.h"

#include <utility>

#include "native-server/store/store.h"

namespace image_cache {

Outcome<std::unique_ptr<CacheAccess>> OpenCache(const Settings& settings) {
  if (auto url = FindRunningServer(settings.cache_dir)) {
    return OpenRemoteCache(settings, std::move(*url));
  }
  return OpenLocalCache(settings);
}

}  // namespace image_cache
