#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "native-server/cli/cache_access.h"
#include "native-server/cli/commands.h"
#include "native-server/cli/size.h"
#include "shared/paths/actor_id.h"

namespace image_cache {

Outcome<void> ClearCache(const Settings& settings) {
  if (!settings.actor_id.empty() && !IsValidActorId(settings.actor_id)) {
    return WrongUsage(fmt::format("ACTOR: '{}' is not valid. {}", settings.actor_id, kActorIdRule));
  }
  auto cache = OpenCache(settings);
  if (!cache) return tl::make_unexpected(cache.error());
  const auto removal = (*cache)->Clear(settings.actor_id);
  if (!removal) return tl::make_unexpected(removal.error());
  std::cout << fmt::format("removed {} pictures, {} freed\n",
                           removal->value("removed", std::uint64_t{0}),
                           FormatSize(removal->value("bytes_freed", std::uint64_t{0})));
  return {};
}

}  // namespace image_cache
