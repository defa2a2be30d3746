// GET /api/cache/stats: the statistics as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "native-server/api/overview.h"

namespace image_cache {

[[nodiscard]] nlohmann::ordered_json ToJson(const Overview& overview);

}  // namespace image_cache
