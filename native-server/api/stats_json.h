// GET /api/cache/stats: the statistics as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "native-server/api/overview.h"
#include "native-server/services/monitoring/history.h"

namespace image_cache {

// Without what changes all the time (the server's age) and what may be long (the actors).
[[nodiscard]] nlohmann::ordered_json NumbersToJson(const Overview& overview);
[[nodiscard]] nlohmann::ordered_json ToJson(const Overview& overview);

// {"resolution_s": 60, "points": [{"at": ms, "hits": …}]}
[[nodiscard]] nlohmann::ordered_json ToJson(HistoryStep step,
                                            const std::vector<HistoryPoint>& points);

}  // namespace image_cache
