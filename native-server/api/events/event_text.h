// The events as JSON, one text each: see docs/events.md.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/services/prefetch/running_prefetches.h"

namespace image_cache {

[[nodiscard]] std::string HelloText(std::string_view epoch, std::uint64_t revision);
// `changes` are the elements of the list, with commas between.
[[nodiscard]] std::string ChangesText(std::uint64_t since, std::uint64_t revision,
                                      std::string_view changes);
[[nodiscard]] std::string GapText(std::uint64_t revision);
// The list of a "progress" event, and the event.
[[nodiscard]] std::string PrefetchesText(const std::vector<RunningPrefetch>& prefetches);
[[nodiscard]] std::string ProgressText(std::uint64_t revision, std::string_view prefetches);
// `numbers`: see NumbersToJson.
[[nodiscard]] std::string StatsText(std::uint64_t revision, std::int64_t uptime_ms,
                                    const nlohmann::ordered_json& numbers);

}  // namespace image_cache
