// The history of a server as a table for people: `image-cache stats --history hour`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace image_cache {

// `history` as GET /api/cache/stats?history=… gives it: a line for each step in which anything
// happened, the newest last, in local time.
[[nodiscard]] std::string HistoryTable(const nlohmann::ordered_json& history);

}  // namespace image_cache
