#include "native-server/cli/warm/warm_source.h"

#include <fmt/format.h>

#include "native-server/services/buckets/bucket_folder.h"
#include "shared/paths/actor_id.h"

namespace image_cache {

Outcome<std::unique_ptr<WarmSource>> OpenWarmSource(const Settings& settings) {
  if (!settings.warm_actor_id.empty() && !IsValidActorId(settings.warm_actor_id)) {
    return WrongUsage(
        fmt::format("--actor: '{}' is no actor id. {}", settings.warm_actor_id, kActorIdRule));
  }
  return IsBucketFolder(settings.warm_file) ? OpenBucketSource(settings) : OpenListSource(settings);
}

}  // namespace image_cache
