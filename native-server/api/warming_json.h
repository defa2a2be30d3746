// What the warming at the server's start has done, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "native-server/services/warming/start_warming.h"

namespace image_cache {

// {state, actors, fetched, already_cached, failed, left_out, failed_listings, bytes, elapsed_ms}
[[nodiscard]] nlohmann::ordered_json ToJson(const WarmingStats& stats);

}  // namespace image_cache
